/* SPDX-License-Identifier: Apache-2.0 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { makeLink, makePeer, makePending } from "../../../test/builders";
import { pendingLine } from "./select";

const waiting = makePending({ nodeId: "new", userId: "user", since: 1_000, asks: 2, endsAt: 66_000 });

test("a line says who, how long it waits, and when it lapses", () => {
  const line = pendingLine(waiting, [], new Map(), 6_000);
  assert.equal(line.user, "u:user");
  assert.equal(line.time, "waits 5 s · asked 2 times · lapses in 1:00");
  assert.equal(pendingLine(makePending(), [], new Map(), 0).user, "no user named");
});

test("only a proven user is told to be the same as another", () => {
  const linked = makeLink({ nodeId: "friend", userId: "user", userProof: "proven" });
  const known = (own: object, links = [linked], peers = new Map()) =>
    pendingLine({ ...waiting, ...own }, links, peers, 6_000).known;
  assert.equal(known({ userProof: "proven" }), "same user as friend");
  assert.equal(known({ userProof: "claimed" }), "");
  assert.equal(known({ userProof: "proven" }, [{ ...linked, userProof: "claimed" }]), "");
  assert.equal(known({}, [], new Map([["new", makePeer()]])), "you know this node");
});
