/* SPDX-License-Identifier: Apache-2.0 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { makeBlock, makeTarget } from "../../../test/builders";
import { askOf, readBlockFile } from "../../data/block_file";
import { deedFor } from "../../text/block_form";
import { imported } from "../../text/block_list";
import { choicesFor, targetOf } from "./form";
import { blockLine } from "./select";

const id = "q7fkw3hd2ozt5cnl6ebypu4vrj7am2xa";
const user = "b2yekw3hd2ozt5cnl6ebypu4vrj7q5sd";
const hour = 3_600_000;

test("a line says whom, which way, how long, and what came of it", () => {
  const block = makeBlock({
    target: makeTarget({ nodeId: id }),
    direction: "in",
    since: 1_000,
    endsAt: 10_000 + 24 * hour,
    hits: 3,
    lastHitAt: 5_000,
    reason: "floods",
  });
  const line = blockLine(block, 10_000);
  assert.equal(line.whom, "q7fk…m2xa");
  assert.equal(line.direction, "incoming");
  assert.equal(line.state, "node · 24 h left · refused 3 ×, last 5 s ago");
  assert.equal(line.about, "by you, 9 s ago · reason: “floods”");
  const ofUser = makeBlock({ target: makeTarget({ kind: "user", nodeId: null, userId: user }) });
  assert.equal(blockLine(ofUser, 0).whom, "user u:b2ye…q5sd");
  assert.match(blockLine(ofUser, 0).state, /proven, on any node · until removed · refused 0 ×$/);
});

test("a user is offered only where he is proven; a claim only beside its node", () => {
  const subject = { nodeId: id, userId: user };
  assert.deepEqual(choicesFor({ ...subject, userProof: "proven" }), ["node", "user"]);
  assert.deepEqual(choicesFor({ ...subject, userProof: "claimed" }), ["node", "claim"]);
  assert.deepEqual(choicesFor({ ...subject, userProof: null }), ["node", "claim"]);
  assert.deepEqual(choicesFor({ nodeId: id, userId: null, userProof: null }), ["node"]);
  const given = { ...subject, userProof: null };
  assert.deepEqual(targetOf("node", given), { nodeId: id });
  assert.deepEqual(targetOf("user", given), { userId: user });
  assert.deepEqual(targetOf("claim", given), { nodeId: id, userId: user });
  assert.equal(targetOf("claim", { ...given, userId: null }), null);
});

test("the button repeats the deed", () => {
  assert.equal(deedFor("node", ""), "Block node");
  assert.equal(deedFor("user", String(24 * hour)), "Block user for 24 hours");
});

test("a file is read entry by entry, and what is odd is not made up", () => {
  const entry = { kind: "node", nodeId: id, userId: null, direction: "out", reason: "floods" };
  const read = readBlockFile(JSON.stringify({ items: [entry, 7, { kind: "star" }, { kind: "address" }] }));
  assert.deepEqual(
    read?.map((block) => block?.target.nodeId ?? null),
    [id, null, null, null],
  );
  for (const odd of ["", "[]", "{}", '{"items": 3}', "{"]) assert.equal(readBlockFile(odd), null, odd);
});

test("an entry is asked for with the time it has left, or not at all", () => {
  const block = makeBlock({ target: makeTarget({ nodeId: id }), endsAt: 5_000, reason: "floods" });
  assert.deepEqual(askOf(block, 2_000), {
    action: "block.add",
    target: { nodeId: id },
    params: { direction: "all" },
    forMs: 3_000,
    reason: "floods",
  });
  assert.equal(askOf(block, 5_000), null);
  assert.equal(askOf(makeBlock(), 5_000)?.forMs, null);
});

test("what came of an import is counted", () => {
  const none = { added: 2, ended: 0, odd: 0, refused: 0, because: null };
  assert.equal(imported(none), "2 entries blocked.");
  assert.equal(
    imported({ ...none, added: 1, ended: 1, odd: 2, refused: 3, because: "There is no room." }),
    "1 entry blocked, 1 had ended, 2 not understood, 3 refused. There is no room.",
  );
});
