/* SPDX-License-Identifier: Apache-2.0 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { controlKinds } from "skep-defs:controls";
import { switchRests } from "skep-defs:switches";
import { makeControl, makeOperation } from "../../../test/builders";
import { deedFor, impactLines } from "../../text/ask";
import { deedOf, switches } from "../../text/operations";
import { needsKeeping, proposedLength } from "./ask";
import { asksFirst, meaning, pressOf, shownControls } from "./select";

const held = { on: true, resting: false, operation: "op-1" };
const impact = {
  linksCut: 0,
  linksLeft: 7,
  transfersHurt: 0,
  filesUnderTarget: 0,
  caretakerAccess: true,
};

test("whatever the node can be told to do has its words here", () => {
  const unknown = deedOf("no-such-action").done;
  for (const action of Object.keys(controlKinds)) assert.notEqual(deedOf(action).done, unknown, action);
  assert.deepEqual(Object.keys(switchRests).sort(), Object.keys(switches).sort());
});

test("every switch asks for actions that the node has", () => {
  for (const name of Object.keys(switches))
    for (const on of [true, false]) {
      const press = pressOf(makeControl({ name, on }), []);
      assert.ok(press.kind === "action" && press.action in controlKinds, `${name} ${on}`);
    }
});

test("a switch asks for the other position", () => {
  const press = (name: string, on: boolean) => pressOf(makeControl({ name, on }), []);
  assert.deepEqual(press("network", true), { kind: "action", action: "network.disable" });
  assert.deepEqual(press("network", false), { kind: "action", action: "network.enable" });
  assert.deepEqual(press("signaling", false), { kind: "action", action: "signaling.resume" });
  assert.deepEqual(press("isolate", true), { kind: "action", action: "isolate.off" });
  assert.deepEqual(press("pause-all", false), { kind: "action", action: "pause.all" });
});

test("one pause ends by taking it back, others stay", () => {
  const press = pressOf(makeControl(held), [makeOperation()]);
  assert.deepEqual(press, { kind: "revert", id: "op-1" });
});

test("a pause that taking back would leave on is ended by resuming", () => {
  const settings = [{ control: "pause-inbound", on: true, wasOn: true }];
  const resume = { kind: "action", action: "resume" };
  assert.deepEqual(pressOf(makeControl(held), [makeOperation({ settings })]), resume);
  assert.deepEqual(pressOf(makeControl({ on: true }), []), resume);
});

test("what holds others back asks first, the way back never does", () => {
  for (const action of ["pause.all", "signaling.stop", "isolate.on", "network.disable", "mesh.disable"])
    assert.equal(asksFirst(action), true, action);
  for (const action of ["resume", "signaling.resume", "isolate.off", "network.enable", "autoconnect.off"])
    assert.equal(asksFirst(action), false, action);
});

test("pauses propose a length, and the button repeats the deed", () => {
  const lengths = ["pause.all", "pause.inbound", "pause.outbound"].map(proposedLength);
  assert.deepEqual(lengths, ["300000", "180000", "120000"]);
  assert.equal(proposedLength("network.disable"), null);
  assert.equal(deedFor("pause.inbound", "180000"), "Pause incoming for 3 min");
  assert.equal(deedFor("pause.all", "30000"), "Pause all for 30 s");
  assert.equal(deedFor("isolate.on", ""), "Isolate this node");
});

test("what leaves no link or no access goes back unless it is kept", () => {
  assert.equal(needsKeeping("network.disable", null), true);
  assert.equal(needsKeeping("isolate.on", impact), false);
  assert.equal(needsKeeping("isolate.on", { ...impact, linksCut: 7, linksLeft: 0 }), true);
  assert.equal(needsKeeping("isolate.on", { ...impact, caretakerAccess: false }), true);
  // Without any link there is none to lose.
  assert.equal(needsKeeping("pause.all", { ...impact, linksLeft: 0 }), false);
});

test("the impact has its four lines, also when nothing is hurt", () => {
  assert.deepEqual(impactLines({ ...impact, linksCut: 1, linksLeft: 1 }), [
    "1 link is cut, 1 stays",
    "0 transfers are hurt",
    "0 files fall under target",
    "Your own access is not touched",
  ]);
  assert.match(impactLines({ ...impact, linksCut: 7, linksLeft: 0 })[0] ?? "", /none stays/);
});

test("a timed switch says its end in place of its meaning", () => {
  const operations = [makeOperation({ endsAt: 861_000 })];
  const timed = meaning(makeControl({ ...held, endsAt: 861_000 }), operations, 100_000);
  assert.deepEqual(timed, { words: "Resumes by itself in 12:41", isTimed: true });
  const asked = [
    makeOperation({
      action: "network.disable",
      state: "awaiting-confirm",
      revertsAt: 147_000,
      settings: [{ control: "network", on: false, wasOn: true }],
    }),
  ];
  const network = makeControl({ ...held, name: "network", on: false, revertsAt: 147_000 });
  assert.equal(meaning(network, asked, 100_000).words, "Goes back on by itself in 0:47");
  assert.match(meaning(makeControl(), [], 0).words, /^Takes no link from callers/);
});

test("a switch without words is not shown, the others in the order of the page", () => {
  const names = ["approval", "pause-all", "network", "new-one"];
  const shown = shownControls(names.map((name) => makeControl({ name })));
  assert.deepEqual(
    shown.map(({ name }) => name),
    ["network", "approval", "pause-all"],
  );
});
