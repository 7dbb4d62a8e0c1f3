/* SPDX-License-Identifier: Apache-2.0 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { makeEvent, makeLink, makeNode, makePeer } from "../../test/builders";
import { decode } from "./decode";
import type { Message, Panels } from "./message";
import { daemonTime, emptyState, eventLimit, mergeEvents, reduce, type State } from "./reduce";

const noPanels: Panels = {
  node: null,
  signaling: null,
  rendezvous: null,
  mesh: null,
  views: null,
  bandwidth: null,
  alerts: null,
  controls: null,
  operations: null,
  blocks: null,
  pending: null,
  content: null,
};

function snapshot(own: Partial<Extract<Message, { kind: "snapshot" }>> = {}): Message {
  const panels = { ...noPanels, node: makeNode() };
  return { kind: "snapshot", asOf: 10_000, panels, links: [], peers: [], events: [], ...own };
}

function delta(own: Partial<Extract<Message, { kind: "delta" }>> = {}): Message {
  return { kind: "delta", asOf: 11_000, panels: {}, links: null, peers: null, ...own };
}

function after(...messages: readonly Message[]): State {
  return messages.reduce((state, message, at) => reduce(state, message, at * 1_000), emptyState);
}

test("a snapshot replaces every row and panel", () => {
  const first = snapshot({ links: [makeLink({ id: "1" })], peers: [makePeer({ nodeId: "a" })] });
  const state = after(first, snapshot({ asOf: 20_000, links: [makeLink({ id: "2" })] }));
  assert.deepEqual([...state.links.keys()], ["2"]);
  assert.equal(state.peers.size, 0);
  assert.equal(state.asOf, 20_000);
});

test("a delta replaces single rows by their key and removes others", () => {
  const links = [makeLink({ id: "1", rttMs: 5 }), makeLink({ id: "2" }), makeLink({ id: "3" })];
  const upsert = [makeLink({ id: "1", rttMs: 7 }), makeLink({ id: "4" })];
  const state = after(snapshot({ links }), delta({ links: { upsert, remove: ["2"] } }));
  assert.deepEqual([...state.links.keys()].sort(), ["1", "3", "4"]);
  assert.equal(state.links.get("1")?.rttMs, 7);
});

test("what a delta does not name keeps its identity", () => {
  const before = after(snapshot({ links: [makeLink({ id: "1" }), makeLink({ id: "2" })] }));
  const change = { upsert: [makeLink({ id: "2", rttMs: 1 })], remove: [] };
  const next = reduce(before, delta({ links: change }), 1_000);
  assert.equal(next.links.get("1"), before.links.get("1"));
  assert.equal(next.peers, before.peers);
  assert.equal(next.node, before.node);
});

test("a delta may take a panel away", () => {
  const bandwidth = {
    inBytesPerSecond: 1,
    outBytesPerSecond: 2,
    bytesIn: 3,
    bytesOut: 4,
    since: 5,
  };
  const state = after(
    snapshot({ panels: { ...noPanels, node: makeNode(), bandwidth } }),
    delta({ panels: { bandwidth: null } }),
  );
  assert.equal(state.bandwidth, null);
  assert.notEqual(state.node, null);
});

test("an event that comes twice is kept once, newest first", () => {
  const event = (at: number): Message => ({ kind: "event", event: makeEvent({ at }) });
  const state = after(event(1_000), event(3_000), event(1_000), event(2_000));
  assert.deepEqual(
    state.events.map(({ at }) => at),
    [3_000, 2_000, 1_000],
  );
});

test("events of one millisecond stay in the order of their sequence", () => {
  const ids = ["5-9", "5-10", "5-11"].map((id) => makeEvent({ id, at: 5 }));
  assert.deepEqual(
    mergeEvents([], ids).map(({ id }) => id),
    ["5-11", "5-10", "5-9"],
  );
});

test("only the newest events are kept", () => {
  const many = Array.from({ length: eventLimit + 50 }, (_, at) => makeEvent({ at: at + 1 }));
  const kept = mergeEvents([], many);
  assert.equal(kept.length, eventLimit);
  assert.equal(kept[0]?.at, eventLimit + 50);
});

test("another node behind the same address starts from nothing", () => {
  const event: Message = { kind: "event", event: makeEvent() };
  const other = { ...noPanels, node: makeNode({ nodeId: "other" }) };
  const state = after(snapshot(), event, snapshot({ asOf: 90_000, panels: other }));
  assert.equal(state.events.length, 0);
  assert.equal(state.samples.points.length, 1);
});

test("the daemon's time goes on by our clock between its messages", () => {
  const state = reduce(emptyState, { kind: "tick", asOf: 50_000 }, 200);
  assert.equal(daemonTime(state, 1_700), 51_500);
  assert.equal(daemonTime(emptyState, 1_700), null);
});

test("a snapshot as the daemon writes it is read", () => {
  const message = decode(
    "snapshot",
    JSON.stringify({
      asOf: 1_763_640_000_000,
      node: { nodeId: "q7fk", state: "working", roles: ["node"], somethingNew: 1 },
      signaling: { state: "off", reason: "none is configured" },
      rendezvous: null,
      links: { items: [{ id: "12", state: "open", rttMs: 0.8, lossIn: null }, { noId: true }] },
      peers: { items: [{ nodeId: "p", lastSeenAt: 0 }] },
      alerts: { items: [{ code: "x", level: "odd", title: "T" }] },
      events: { items: [{ id: "1-1", at: 1, level: "warn", context: { reason: "no", n: 3 } }] },
    }),
  );
  assert.ok(message?.kind === "snapshot");
  assert.equal(message.panels.node?.state, "working");
  assert.equal(message.panels.rendezvous, null);
  assert.equal(message.links.length, 1);
  assert.equal(message.links[0]?.rttMs, 0.8);
  assert.equal(message.links[0]?.lossIn, null);
  assert.equal(message.peers[0]?.lastSeenAt, null);
  assert.equal(message.panels.alerts?.[0]?.level, "info");
  assert.deepEqual(message.events[0]?.context, [
    ["reason", "no"],
    ["n", "3"],
  ]);
});

test("a delta carries only the panels that were sent", () => {
  const message = decode("delta", '{"asOf":5,"panels":{"mesh":{"active":7},"rendezvous":null}}');
  assert.ok(message?.kind === "delta");
  assert.deepEqual(Object.keys(message.panels).sort(), ["mesh", "rendezvous"]);
  assert.equal(message.links, null);
});

test("text that is no message is passed over", () => {
  assert.equal(decode("delta", "{"), null);
  assert.equal(decode("tick", "[]"), null);
  assert.equal(decode("tick", "{}"), null);
  assert.equal(decode("event", '{"id":"1-1"}'), null);
});
