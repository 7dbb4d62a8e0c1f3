/* SPDX-License-Identifier: Apache-2.0 */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  makeBlock,
  makeControl,
  makeEvent,
  makeLink,
  makeNode,
  makePeer,
  makeTarget,
} from "../../../test/builders";
import type { Link, Peer } from "../../data/model";
import { peerRows } from "../peers/rows";
import { whyText } from "./as_text";
import { type WhyInput, whyOf } from "./select";

const now = 1_000_000;

function input(link: Partial<Link> | null, peer: Partial<Peer>, own: Partial<WhyInput> = {}): WhyInput {
  const peers = new Map([["node-1", makePeer(peer)]]);
  const links = link === null ? [] : [makeLink(link)];
  const row = peerRows(links, peers)[0];
  assert.ok(row !== undefined);
  const rest = { node: makeNode(), blocks: [], controls: [], operations: [], events: [] };
  return { row, links, peers, ...rest, now, ...own };
}

const lossy = { strength: 34, lossIn: 0.121, rttMs: 212, path: "relayed" } as const;
const inputs = { delay: 90, loss: 12, jitter: 90, handshakeAge: 100 };

test("a weak link: what pulls it down, what to do first, and that it is not the uplink", () => {
  const other = makeLink({ id: "2", nodeId: "other", lossIn: 0.003 });
  const base = input({ ...lossy, strengthInputs: inputs }, {});
  const why = whyOf({ ...base, links: [...base.links, other] });
  assert.equal(why.question, "Why is node-1 weak?");
  assert.equal(why.answer, "It loses 12.1 % of what it sends us.");
  assert.match(why.more, /34 of 100\. Its path goes through a relay/);
  assert.deepEqual(
    why.remedies.map(({ kind }) => kind),
    ["link.disconnect", "block.add"],
  );
  assert.deepEqual(
    why.not.map(({ excluded }) => excluded),
    [true, true, true],
  );
  assert.match(why.not[0]?.text ?? "", /the other 1 link loses 0\.3 %/);
});

test("alone, or in an outage, the uplink is not excluded", () => {
  const alone = whyOf(input({ ...lossy, strengthInputs: inputs }, {}));
  assert.equal(alone.not[0]?.excluded, false);
  const node = makeNode({ outage: { since: 1, nextAttemptAt: null } });
  const outage = whyOf(input(null, { wait: "outage" }, { node }));
  assert.match(outage.not[0]?.text ?? "", /may be your uplink/);
});

test("a peer without a link: what it waits for, until when, how it ended", () => {
  const waits = { wait: "back-off", waitText: "waits, longer after each try in vain", failures: 3 };
  const why = whyOf(input(null, { ...waits, reason: "timeout", nextAttemptAt: now + 42_000 }));
  assert.equal(why.answer, "It waits, longer after each try in vain.");
  assert.match(why.more, /tried again in 0:42\. Its last link or try ended: it did not answer in time/);
  assert.deepEqual(
    why.remedies.map(({ kind }) => kind),
    ["link.connect", "block.add"],
  );
  assert.match(why.evidence.map(({ text }) => text).join("\n"), /Tried 3 times in a row in vain/);
});

test("what you did yourself comes first: a block, a switch", () => {
  const blocks = [makeBlock({ target: makeTarget() })];
  const blocked = whyOf(input(null, {}, { blocks }));
  assert.equal(blocked.answer, "You have blocked it.");
  assert.equal(blocked.remedies[0]?.kind, "block.remove");
  assert.equal(blocked.not[1]?.excluded, false);
  const controls = [makeControl({ name: "pause-outbound", on: true, resting: false })];
  const paused = whyOf(input(null, { wait: "controls" }, { controls }));
  assert.equal(paused.remedies[0]?.kind, "control");
  assert.match(paused.not[1]?.text ?? "", /control of yours: Pause outgoing/);
});

test("a block by user holds only for who proves to be him", () => {
  const blocks = [makeBlock({ target: makeTarget({ kind: "user", nodeId: null, userId: "u" }) })];
  const claimed = whyOf(input(null, { userId: "u", userProof: "claimed" }, { blocks }));
  assert.notEqual(claimed.answer, "You have blocked it.");
  const proven = whyOf(input(null, { userId: "u", userProof: "proven" }, { blocks }));
  assert.equal(proven.answer, "You have blocked it.");
});

test("a ticket has ended when its time is over, seen since or not", () => {
  const ends = (expiresAt: number) =>
    whyOf(input(null, { lastSeenAt: now - 5_000, ticketExpiresAt: expiresAt })).evidence.map(({ text }) => text);
  assert.ok(ends(now - 1_000).includes("Its ticket ended"));
  assert.ok(!ends(now + 1_000).includes("Its ticket ended"));
});

test("evidence is in order of time, what is so now comes last, and all of it is text", () => {
  const context = [["nodeId", "node-1"]] as const;
  const events = [
    makeEvent({ at: 900_000, code: "link-path-changed", message: "path changed", context }),
    makeEvent({ at: 800_000, message: "of another", context: [["nodeId", "other"]] }),
  ];
  const base = input({ ...lossy, learnedAt: 1_000, learnedFrom: "beacon-1", since: 2_000 }, {}, { events });
  const why = whyOf(base);
  assert.deepEqual(
    why.evidence.map(({ at }) => at),
    [1_000, 2_000, 900_000, null],
  );
  const text = whyText(why, "node-1", String);
  assert.match(text, /^Why is node-1 weak\? node-1\n/);
  assert.match(text, /900000 {2}path changed \(link-path-changed\)/);
  assert.match(text, /What it is not:\n {2}\? {2}Your uplink/);
});
