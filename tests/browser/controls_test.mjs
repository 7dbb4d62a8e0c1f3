/* SPDX-License-Identifier: Apache-2.0 */
/* Acting before a fake node: is it said what a switch does before it is thrown, does it show at once
 * and when it is done, and is the way back in sight? */

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  assertAccessible,
  becomes,
  hasFocus,
  shows,
  sideways,
  textOf,
  until,
  useDashboard,
  visitFixture,
} from "./browser.mjs";

const shared = useDashboard();

const visit = (options, run) =>
  visitFixture(shared, { scenario: "calm", ...options }, async (opened) => {
    await until("the controls", async () => (await opened.page.locator(".control").count()) === 9);
    await run(opened);
  });

const switchOf = (page, name) => page.getByRole("switch", { name, exact: true });
const isOn = async (page, name) =>
  (await switchOf(page, name).getAttribute("aria-checked")) === "true";
const going = (page) => textOf(page, "#operations");
const rowOf = (page, name) => page.locator(".control", { hasText: name });
const dialogs = (page) => page.locator("dialog[open]").count();
const says = (page, what) => shows(page, "#operations", what);
const turned = (page, name, on) => becomes(name, () => isOn(page, name), on);

test("incoming links are paused for 3 min by keyboard, count down, and are undone", async () => {
  await visit({}, async ({ page, fixture, trouble }) => {
    await says(page, /Nothing in progress/);
    const pause = switchOf(page, "Pause incoming");
    await pause.focus();
    await page.keyboard.press("Space");
    await until("the form", async () => (await page.locator(".ask").count()) === 1);
    await shows(page, '.ask [aria-pressed="true"]', "3 min"); // what is proposed
    await until("the impact", async () =>
      /0 links are cut, 7 stay.*0 transfers.*0 files.*own access is not touched/s.test(
        await textOf(page, ".impact"),
      ),
    );
    await page.getByRole("button", { name: "30 s", exact: true }).focus();
    await page.keyboard.press("Enter");
    await shows(page, ".ask .deed", "Pause incoming for 30 s");
    await page.getByRole("button", { name: "3 min", exact: true }).press("Enter");
    await page.getByLabel("Reason, for your own list").focus();
    await page.keyboard.type("upgrade of the router");
    await page.keyboard.press("Enter");
    await until("no form", async () => (await dialogs(page)) === 0);
    await hasFocus("the switch again", pause);
    await until("paused", () => isOn(page, "Pause incoming"));
    await says(page, /Incoming links paused.*by you.*upgrade of the router/s);
    await says(page, /resumes by itself in (3:00|2:[0-5]\d)/);
    await becomes("its row", () => rowOf(page, "Pause incoming").textContent(), /Resumes by itself in/);
    const [first] = /in \d:\d\d/.exec(await going(page));
    await until("the countdown moves", async () => !(await going(page)).includes(first));
    await page.getByRole("button", { name: "Undo: Incoming links paused" }).press("Enter");
    await says(page, /Incoming links paused.*back as it was/s);
    await hasFocus("the line", page.locator(".operation"));
    await turned(page, "Pause incoming", false);
    assert.equal(fixture.node.control.operations[0].state, "reverted");
    assert.equal(fixture.node.control.operations[0].reason, "upgrade of the router");
    assert.deepEqual(trouble, []);
  });
});

test("the network goes off, is kept off, and goes on again", async () => {
  await visit({}, async ({ page, trouble }) => {
    await switchOf(page, "Network").click();
    await until("the impact", async () =>
      /7 links are cut, none stays/.test(await textOf(page, ".impact")),
    );
    await shows(page, ".ask footer", /Unless you keep it within 60 s/);
    await page.getByRole("button", { name: "Turn network off", exact: true }).click();
    await until("off", async () => (await textOf(page, "h1")) === "Network off");
    await says(page, /Network turned off.*goes back on by itself in (1:00|0:[0-5]\d)/s);
    await until("its voice", async () =>
      /goes back on by itself in 60 s/.test(await textOf(page, '#operations [role="status"]')),
    );
    await turned(page, "Network", false);
    await until("no links", async () => /0 connected/.test(await textOf(page, "#peers")));
    await page.getByRole("button", { name: "Keep off: Network turned off" }).click();
    await says(page, /Network turned off.*kept/s);
    await shows(page, "h1", "Network off");
    await switchOf(page, "Network").click();
    assert.equal(await dialogs(page), 0, "switching on never asks");
    await says(page, /Network turned on.*done, in \d+(\.\d)? m?s/s);
    await until("all well", async () => (await textOf(page, "h1")) === "All well");
    await turned(page, "Network", true);
    assert.deepEqual(trouble, []);
  });
});

test("what nobody keeps goes back by itself and says so", async () => {
  await visit({}, async ({ page, fixture }) => {
    await switchOf(page, "Mesh routing").click();
    await page.getByRole("button", { name: "Turn mesh routing off" }).click();
    await says(page, /Mesh routing turned off.*Go back now.*Keep off/s);
    fixture.node.control.hurry(52_000);
    await says(page, /goes back on by itself in 0:0\d/);
    await until("the last call", async () =>
      /in 10 s/.test(await textOf(page, '#operations [role="status"]')),
    );
    await says(page, /went back by itself: nobody kept it within 60 s/);
    await turned(page, "Mesh routing", true);
  });
});

test("a switch shows within 100 ms that it is being thrown", async () => {
  await visit({}, async ({ page, fixture }) => {
    fixture.answerAfterMs = 1_500;
    const auto = switchOf(page, "Auto-connect");
    const told = await auto.evaluate(async (element) => {
      element.click();
      await new Promise((done) => setTimeout(done, 100));
      return `${element.textContent} ${element.getAttribute("aria-disabled")}`;
    });
    assert.equal(told, "Turning off… true");
    await until("off", async () => !(await isOn(page, "Auto-connect")));
    await becomes("its word", () => auto.textContent(), "Off");
    await says(page, /Auto-connect turned off.*done, in \d+\.\d s/s);
    await page.locator("h1").click();
    await page.keyboard.press("u");
    await says(page, /Taking back…/);
    await until("on again", () => isOn(page, "Auto-connect"));
  });
});

test("a refusal is said where it was asked for, and nothing is claimed", async () => {
  await visit({}, async ({ page, fixture, trouble }) => {
    fixture.refusal = ["There is no room for another operation", "Others wait for the disk."];
    await switchOf(page, "Auto-connect").click();
    const row = rowOf(page, "Auto-connect");
    await until("the refusal", async () =>
      /There is no room for another operation\. Others wait for the disk\./.test(
        await row.locator('[role="alert"]').textContent(),
      ),
    );
    await turned(page, "Auto-connect", true);
    fixture.refusal = null;
    await switchOf(page, "Auto-connect").click();
    await until("off", async () => !(await isOn(page, "Auto-connect")));
    await becomes("no refusal", () => row.locator('[role="alert"]').count(), 0);
    assert.equal(trouble.length, 1, `${trouble}: the browser itself tells of the 503`);
  });
});

test("what could not be written down changed nothing, and can be tried again", async () => {
  await visit({}, async ({ page, fixture }) => {
    const { control } = fixture.node;
    control.takeBack(control.ask({ action: "mesh.disable" }, Date.now()), "failed", Date.now());
    await says(page, /Mesh routing was not turned off.*Nothing changed, because/s);
    const again = page.getByRole("button", { name: "Try again: Turn mesh routing off" });
    await again.press("Enter");
    await until("the question", async () => (await dialogs(page)) === 1);
    await page.keyboard.press("Escape");
    await until("no question", async () => (await dialogs(page)) === 0);
    await hasFocus("the line", page.locator(".operation"));
    assert.equal(await isOn(page, "Mesh routing"), true);
  });
});

test("while the daemon is silent, controls wait and say so", async () => {
  await visit({}, async ({ page, fixture }) => {
    fixture.setSilent(true);
    const network = switchOf(page, "Network");
    await until("waiting", async () => (await network.getAttribute("aria-disabled")) === "true");
    await shows(page, "#controls .panel-head", /waits until the daemon answers/);
    await network.click({ force: true });
    assert.equal(await dialogs(page), 0);
    fixture.setSilent(false);
    await until("ready", async () => (await network.getAttribute("aria-disabled")) === "false");
  });
});

test("the short page has the same network switch, with the way back", async () => {
  await visit({}, async ({ page }) => {
    await page.evaluate(() => (location.hash = "#/"));
    await until("the short page", async () => (await textOf(page, "h1")) === "Network is on");
    await switchOf(page, "Network").click();
    await page.locator(".ask[open]").waitFor();
    await page.keyboard.press("d");
    await page.keyboard.press("Escape");
    await until("no form", async () => (await dialogs(page)) === 0);
    assert.equal(await isOn(page, "Network"), true, "Esc leaves things as they were");
    await switchOf(page, "Network").click();
    await page.getByRole("button", { name: "Turn network off", exact: true }).click();
    await until("off", async () => (await textOf(page, "h1")) === "Network is off");
    await page.getByRole("button", { name: "Go back now: Network turned off" }).click();
    await until("on", async () => (await textOf(page, "h1")) === "Network is on");
    await shows(page, ".operation", /taken back/);
  });
});

for (const theme of ["light", "dark"]) {
  test(`axe finds nothing in forms and progress, ${theme}`, async () => {
    await visit({ theme, bypassCSP: true, scenario: "story" }, async ({ page, fixture }) => {
      const { control } = fixture.node;
      control.ask({ action: "pause.inbound", forMs: 180_000, reason: "upgrade" }, Date.now());
      control.ask({ action: "autoconnect.off" }, Date.now());
      await switchOf(page, "Network").click();
      await until("the impact", async () => /links are cut/.test(await textOf(page, ".impact")));
      await assertAccessible(page, "the question");
      await page.locator(".ask .deed").click();
      await says(page, /Keep off/);
      await assertAccessible(page, "in progress");
      fixture.setSilent(true);
      await until("stale", async () => (await page.locator(".banner").count()) === 1);
      await assertAccessible(page, "stale");
    });
  });
}

test("forms and progress fit every width, and a finger", async () => {
  for (const width of [320, 390, 768, 1024, 1280, 1440]) {
    await visit({ width, hasTouch: true }, async ({ page, fixture }) => {
      fixture.node.control.ask({ action: "mesh.disable", confirmWithinMs: 60_000 }, Date.now());
      await says(page, /Mesh routing turned off/);
      await until(`page at ${width}`, async () => (await sideways(page)) <= 0);
      await switchOf(page, "Pause all").click();
      await until("the form", async () => (await dialogs(page)) === 1);
      const box = await page.locator(".ask").boundingBox();
      assert.ok(box.x >= 0 && box.x + box.width <= width, `form at ${width}`);
      const heights = await page
        .locator(".switch, .operation button, .ask button, .ask input")
        .evaluateAll((all) => all.map((element) => element.getBoundingClientRect().height));
      assert.ok(width > 640 || Math.min(...heights) >= 44, `${width}: ${heights}`);
    });
  }
});
