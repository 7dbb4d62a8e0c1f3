/* SPDX-License-Identifier: Apache-2.0 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { makeAlert, makeControl, makeLink, makeNode } from "../../../test/builders";
import { linkFigures } from "../../data/health";
import { type VerdictInput, verdictOf } from "./select";

function verdict(own: Partial<VerdictInput> = {}) {
  return verdictOf({
    fresh: "live",
    node: makeNode(),
    alerts: [],
    mesh: null,
    rendezvous: null,
    controls: null,
    figures: linkFigures([makeLink({ id: "1", strength: 97 }), makeLink({ id: "2", strength: 94 })]),
    ...own,
  });
}

test("without problems all is well", () => {
  assert.equal(verdict().title, "All well");
  assert.equal(verdict().sentence, "2 links, all strong. Nothing needs you.");
});

test("a beacon alone is not said to lack links", () => {
  const { title, sentence } = verdict({ node: makeNode({ roles: ["beacon"] }), figures: linkFigures([]) });
  assert.equal(title, "All well");
  assert.equal(sentence, "It serves others, and is no node of the mesh itself. Nothing needs you.");
});

test("problems are counted, notices are not", () => {
  const alerts = [makeAlert(), makeAlert({ code: "x", level: "info" })];
  assert.equal(verdict({ alerts }).title, "Working, with 1 problem");
  assert.equal(verdict({ alerts }).tone, "warn");
});

test("a degraded node without alerts is not called well", () => {
  assert.equal(verdict({ node: makeNode({ state: "degraded" }) }).title, "Working, but not fully");
});

test("cut off says how many peers are known and called", () => {
  const mesh = { active: 0, min: 3, target: 8, known: 8, dialing: 2 };
  const { title, sentence } = verdict({ node: makeNode({ state: "cut-off" }), figures: linkFigures([]), mesh });
  assert.equal(title, "Cut off: no peers");
  assert.equal(sentence, "No link to any peer. 8 peers are known, 2 being called.");
});

test("few links are named with the number that is needed", () => {
  const mesh = { active: 2, min: 3, target: 8, known: 8, dialing: 0 };
  assert.match(verdict({ mesh, alerts: [makeAlert()] }).sentence, /under the 3 it needs/);
});

test("strength that is not known is not called weak", () => {
  assert.match(verdict({ figures: linkFigures([makeLink()]) }).sentence, /^1 link; how strong is not known yet/);
});

test("a stale page gives no verdict of now", () => {
  const stale = verdict({ fresh: "stale" });
  assert.equal(stale.title, "No answer");
  assert.match(stale.sentence, /^Before that: all well\./);
});

test("a network that is off is the verdict, whatever else is said", () => {
  const controls = [makeControl({ name: "network", on: false, resting: false })];
  for (const state of ["cut-off", "degraded", "starting"] as const) {
    const off = verdict({ node: makeNode({ state }), alerts: [makeAlert()], figures: linkFigures([]), controls });
    assert.equal(off.title, "Network off");
    assert.match(off.sentence, /^No peer can reach this node/);
    assert.equal(off.tone, "quiet");
  }
  assert.equal(verdict({ controls: [makeControl({ name: "network", on: true })] }).title, "All well");
});

test("before the first figures nothing is judged", () => {
  assert.equal(verdict({ node: null, fresh: "waiting" }).title, "Asking the node");
  assert.equal(verdict({ node: null, fresh: "offline" }).title, "No answer");
});
