/* SPDX-License-Identifier: Apache-2.0 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { makeControl, makeOperation } from "../../../test/builders";
import type { Endpoint, SignalingPanel } from "../../data/model";
import { endpointLine, holderOf, summary } from "./select";

function makeEndpoint(own: Partial<Endpoint> = {}): Endpoint {
  return {
    url: "wss://a.example/",
    state: "standby",
    chosen: false,
    latencyMs: null,
    failedAt: null,
    error: null,
    nextAttemptAt: null,
    ...own,
  };
}

function makePanel(own: Partial<SignalingPanel> = {}): SignalingPanel {
  return {
    state: "connected",
    reason: null,
    stoppedBy: null,
    heartbeatOnly: false,
    since: 40_000,
    latencyMs: 24,
    heartbeatAt: 97_000,
    why: "it is the first of the configuration",
    failoversToday: 0,
    endpoints: [makeEndpoint({ state: "in-use" })],
    ...own,
  };
}

test("each endpoint says its state, what it failed of, and when it is tried again", () => {
  const used = endpointLine(makeEndpoint({ state: "in-use", latencyMs: 24, chosen: true }), 100_000);
  assert.deepEqual([used.words, used.figure, used.tone], ["In use · your choice", "24 ms", "quiet"]);
  const failed = makeEndpoint({ state: "waiting", failedAt: 70_000, error: "connection refused" });
  const waiting = endpointLine({ ...failed, nextAttemptAt: 112_000 }, 100_000);
  assert.equal(waiting.words, "Waits · failed 30 s ago: connection refused · next try in 0:12");
  assert.equal(waiting.tone, "warn");
  assert.equal(endpointLine(makeEndpoint(), 100_000).words, "Stands by");
  const back = endpointLine(makeEndpoint({ failedAt: 70_000, error: "silent for 1.2 s" }), 100_000);
  assert.equal(back.words, "Stands by · failed 30 s ago: silent for 1.2 s");
  // Of an id that was taken the endpoint is not at fault, and no time is told.
  const taken = endpointLine(makeEndpoint({ error: "the id is taken" }), 100_000);
  assert.equal(taken.words, "Stands by · the id is taken");
});

test("the one in use says since when and why, and how alive it is", () => {
  const line = summary(makePanel({ failoversToday: 2 }), null, 100_000);
  assert.equal(
    line,
    "In use for 1 min · it is the first of the configuration · heartbeat 3 s ago · 2 failovers in 24 h",
  );
});

test("without one it says why, and what goes on", () => {
  const off = makePanel({ state: "off", reason: "no signaling endpoint is configured", endpoints: [] });
  assert.equal(summary(off, null, 0), "No signaling endpoint is configured.");
  const waiting = makePanel({ state: "waiting", reason: "no endpoint answers; links stay" });
  assert.equal(summary(waiting, null, 0), "No endpoint answers; links stay.");
});

test("one that is stopped says by whom, why, and how long it lasts", () => {
  const panel = makePanel({
    state: "stopped",
    reason: "the control signaling forbids it",
    stoppedBy: "signaling",
  });
  const operation = makeOperation({
    id: "op-7",
    action: "signaling.stop",
    reason: "a new server",
    endsAt: 161_000,
    settings: [{ control: "signaling", on: false, wasOn: true }],
  });
  const control = makeControl({ name: "signaling", on: false, resting: false, operation: "op-7" });
  const holder = holderOf(panel, [control], [operation]);
  assert.equal(holder?.id, "op-7");
  const line = summary(panel, holder, 100_000);
  assert.match(line, /^The control signaling forbids it · by .*“a new server”.*resumes by itself in 1:01/);
  assert.equal(holderOf(panel, null, null), null);
});
