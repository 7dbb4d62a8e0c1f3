/* SPDX-License-Identifier: Apache-2.0 */
/* The signaling panel before a fake node: which endpoint is in use and why, what stands by, and what the caretaker can
 * do about it. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { assertAccessible, counts, shows, sideways, until, useDashboard, visitFixture } from "./browser.mjs";

const shared = useDashboard();

const visit = (options, run) =>
  visitFixture(shared, { scenario: "signaling", ...options }, async (opened) => {
    await until("the endpoints", async () => (await opened.page.locator("#signaling li").count()) === 3);
    await run(opened);
  });

const button = (page, name) => page.locator("#signaling").getByRole("button", { name, exact: true });
const rowOf = (page, url) => page.locator("#signaling li", { hasText: url });
const newest = (fixture) => fixture.node.control.operations[0];

test("which endpoint is in use, why, and what stands by", async () => {
  await visit({}, async ({ page, trouble }) => {
    await shows(page, "#signaling", /Connected/);
    await shows(page, "#signaling", /In use for .*it is the first of the configuration.*heartbeat \d+ s ago/s);
    await shows(page, "#signaling", /1 failover in 24 h/);
    await shows(page, "#signaling li:nth-child(1)", /signal-1\.example.*In use.*24 ms/s);
    await shows(page, "#signaling li:nth-child(2)", /signal-2\.example.*Stands by/s);
    await shows(page, "#signaling li:nth-child(3)", /Waits.*failed.*connection refused.*next try in 0:\d\d/s);
    assert.deepEqual(trouble, []);
  });
});

test("another endpoint is used by keyboard, after a form, and that is undone", async () => {
  await visit({}, async ({ page, fixture, trouble }) => {
    await button(page, "Use another…").press("Enter");
    await until("the form", async () => (await page.locator(".ask").count()) === 1);
    await until("the impact", async () => /0 links are cut/.test(await page.locator(".impact").innerText()));
    await assert.doesNotReject(page.getByRole("radio", { name: /signal-2/ }).check());
    await page.getByRole("button", { name: "Use this one", exact: true }).press("Enter");
    await shows(page, "#signaling li:nth-child(2)", /In use.*your choice/s);
    await shows(page, "#signaling", /you chose it/);
    assert.equal(newest(fixture).target.endpoint, "wss://signal-2.example/");
    await shows(page, "#operations", /Found through wss:\/\/signal-2\.example/);
    await page.locator("#operations").getByRole("button", { name: /^Undo/ }).press("Enter");
    await shows(page, "#signaling li:nth-child(1)", /In use/);
    assert.equal(newest(fixture).state, "reverted");
    assert.deepEqual(trouble, []);
  });
});

test("whichever is best can be asked for", async () => {
  await visit({}, async ({ page, fixture }) => {
    await button(page, "Use another…").click();
    await page.getByRole("radio", { name: /Whichever is best/ }).check();
    await page.getByRole("button", { name: "Use this one", exact: true }).click();
    await shows(page, "#operations", /Found through the best endpoint/);
    assert.equal(newest(fixture).target.endpoint, null);
  });
});

test("one that is stopped says by whom, why and for how long, and is resumed from there", async () => {
  await visit({}, async ({ page, fixture }) => {
    await button(page, "Stop signaling…").click();
    await page.getByLabel("Reason, for your own list").fill("a new server");
    await page.getByRole("button", { name: /^Stop signaling for/ }).click();
    await shows(page, "#signaling", /Stopped.*by you.*a new server.*resumes by itself in/s);
    await counts(page, "#signaling .badge-warn", 0); // it is meant so
    await button(page, "Resume signaling").click();
    await shows(page, "#signaling", /Connected/);
    assert.equal(newest(fixture).action, "signaling.resume");
  });
});

test("when none answers it says so, and that links stay", async () => {
  await visit({}, async ({ page, fixture }) => {
    fixture.node.signaling.isAway = true;
    await shows(page, "#signaling", /No answer.*No endpoint answers; links stay, and each is tried again/s);
    await counts(page, "#signaling .badge-warn", 1);
    await counts(page, "#signaling .warn-words", 3);
  });
});

for (const theme of ["light", "dark"])
  test(`axe finds nothing, ${theme}`, async () => {
    await visit({ theme, bypassCSP: true }, async ({ page, fixture }) => {
      await assertAccessible(page, "signaling");
      await button(page, "Use another…").click();
      await until("the form", async () => (await page.locator(".ask").count()) === 1);
      await assertAccessible(page, "the form of another endpoint");
      await page.keyboard.press("Escape");
      fixture.node.signaling.isAway = true;
      await shows(page, "#signaling", /No answer/);
      await assertAccessible(page, "no endpoint answers");
    });
  });

test("on a phone nothing is wider than the page", async () => {
  await visit({ width: 390, hasTouch: true }, async ({ page }) => {
    await button(page, "Use another…").click();
    await until("the form", async () => (await page.locator(".ask").count()) === 1);
    assert.equal(await sideways(page), 0);
  });
});
