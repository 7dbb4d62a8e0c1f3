/* SPDX-License-Identifier: Apache-2.0 */
/* The node's doctor on the page, before a fake node: begun under "Why?", its steps as they come. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { assertAccessible, becomes, counts, shows, sideways, useDashboard, visitFixture } from "./browser.mjs";

const shared = useDashboard();
const visit = (options, run) =>
  visitFixture(shared, { scenario: "calm", ...options }, async (opened) => {
    await opened.page.locator(".peer-row").first().waitFor();
    await run(opened);
  });
const openWhy = async (page, nodeId) => {
  await page.evaluate((id) => (location.hash = `#/node?why=${id}`), nodeId);
  await page.locator(".doctor").waitFor();
};
const says = (page, words) => shows(page, ".doctor", words);

test("a peer is looked at by keyboard; its steps come one after another, with marks, words and advice", async () => {
  await visit({ bypassCSP: true }, async ({ page, fixture, trouble }) => {
    const { nodeId } = fixture.node.links[0];
    const before = fixture.requests.length;
    await openWhy(page, nodeId);
    assert.ok(!fixture.requests.slice(before).includes("POST /api/v1/doctor"), "nothing begins by itself");
    await says(page, /It changes nothing/);
    fixture.doctor.isHeldUp = true; // after its first step
    await page.getByRole("button", { name: /^Run doctor: / }).focus();
    await page.keyboard.press("Enter");
    await page.locator(".doctor-step").first().waitFor();
    await shows(page, ".doctor [role=status]", /Looking…/);
    assert.equal(await page.locator(".doctor").getAttribute("aria-busy"), "true");
    fixture.doctor.isHeldUp = false;
    await says(page, /1 problem, 1 to look at, of 5 steps\./);
    await becomes("not busy", () => page.locator(".doctor").getAttribute("aria-busy"), "false");
    await counts(page, ".doctor-step", 5);
    await shows(page, ".doctor-problem", /problem: Its controls.*<b>paused<\/b>.*What to do: skep control/s);
    assert.equal(await page.locator(".doctor-step b").count(), 0, "words of the node are words, whatever is in them");
    await becomes("the focus stays where it was", () => page.evaluate(() => document.activeElement?.textContent), "Run again");
    await becomes("nothing sticks out", () => sideways(page), 0);
    await assertAccessible(page, "doctor");
    assert.deepEqual(fixture.doctor.items.map((item) => item.nodeId), [nodeId]);

    await openWhy(page, fixture.node.links[1].nodeId);
    await says(page, /It changes nothing/);
    assert.equal(await page.locator(".doctor-step").count(), 0, "of another peer nothing is known yet");
    assert.deepEqual(trouble, []);
  });
});

test("a doctor that has no time says so, and is asked again", async () => {
  await visit({}, async ({ page, fixture }) => {
    fixture.doctor.isFull = true;
    await openWhy(page, fixture.node.links[0].nodeId);
    await page.getByRole("button", { name: /^Run (doctor|again): / }).click();
    await says(page, /Four peers are being looked at\..*Try again then/s);
    fixture.doctor.isFull = false;
    await page.getByRole("button", { name: /^Run (doctor|again): / }).click();
    await says(page, /of 5 steps/);
    await counts(page, ".doctor-refusal", 0);
  });
});
