/* SPDX-License-Identifier: Apache-2.0 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { makeReach } from "../../../test/builders";
import { decode } from "../../data/decode";
import { inShort, portToOpen, reachLine, reachVerdict, verdictSentence } from "./select";

const open = makeReach({
  state: "public",
  seen: "203.0.113.5:8782",
  confirmedBy: [{ nodeId: "a".repeat(32), at: 4_000, reason: null }],
});
const closed = makeReach({
  state: "private",
  seen: "203.0.113.5:9000",
  failedBy: [{ nodeId: "b".repeat(32), at: 4_000, reason: "timeout" }],
});
const unused = makeReach();
const asking = makeReach({ seen: "[2001:db8::5]:8782" });

test("a family says who got through, who did not, and when it is asked again", () => {
  const now = 10_000;
  assert.equal(reachLine(open, now).by, "got through: aaaa…aaaa 6 s ago");
  assert.equal(
    reachLine(closed, now).by,
    "did not get through: bbbb…bbbb 6 s ago (did not answer in time)",
  );
  assert.match(reachLine(unused, now).by, /no peer sees/);
  assert.match(reachLine(asking, now).by, /no peer has tried/);
  assert.equal(reachLine({ ...asking, nextProbeAt: 52_000 }, now).next, "asked again in 0:42");
  assert.equal(reachLine({ ...asking, nextProbeAt: 9_000 }, now).next, "");
  // At no address there is nothing to ask for.
  assert.equal(reachLine({ ...unused, nextProbeAt: 52_000 }, now).next, "");
});

test("a family that is not in use says nothing about the node", () => {
  assert.equal(reachVerdict({ ipv4: open, ipv6: unused }), "reached");
  assert.equal(reachVerdict({ ipv4: closed, ipv6: unused }), "closed");
  assert.equal(reachVerdict({ ipv4: closed, ipv6: closed }), "closed");
  assert.equal(reachVerdict({ ipv4: closed, ipv6: asking }), "unknown");
  assert.equal(reachVerdict({ ipv4: unused, ipv6: unused }), "unknown");
});

test("one way in is said by name", () => {
  assert.match(verdictSentence({ ipv4: closed, ipv6: open }), /by IPv6, not by IPv4/);
  assert.match(verdictSentence({ ipv4: open, ipv6: closed }), /by IPv4, not by IPv6/);
  assert.match(inShort({ ipv4: closed, ipv6: unused }), /IPv4 private · IPv6 not known yet/);
});

test("the port to open is the one that peers see, else the one that is listened on", () => {
  assert.equal(portToOpen({ ipv4: closed, ipv6: unused }, "[::]:8782"), "9000");
  assert.equal(portToOpen({ ipv4: { ...closed, seen: null }, ipv6: unused }, "[::]:8782"), "8782");
  assert.equal(portToOpen({ ipv4: { ...closed, seen: null }, ipv6: unused }, null), "");
});

test("what the daemon sends of it is read, and what it does not send is not known", () => {
  const ipv4 = {
    state: "public",
    since: 5,
    seen: "203.0.113.5:8782",
    confirmedBy: [{ nodeId: "x", at: 7 }, { at: 8 }],
    failedBy: null,
    nextProbeAt: null,
  };
  const node = { nodeId: "self", reachability: { ipv4 }, outage: { since: 3, nextAttemptAt: null } };
  const message = decode("delta", JSON.stringify({ asOf: 1, panels: { node } }));
  assert.ok(message?.kind === "delta" && message.panels.node != null);
  const { reachability, outage } = message.panels.node;
  assert.equal(reachability?.ipv4.state, "public");
  assert.deepEqual(reachability?.ipv4.confirmedBy, [{ nodeId: "x", at: 7, reason: null }]);
  assert.deepEqual(reachability?.ipv4.failedBy, []);
  assert.equal(reachability?.ipv6.state, "unknown");
  assert.deepEqual(outage, { since: 3, nextAttemptAt: null });
});
