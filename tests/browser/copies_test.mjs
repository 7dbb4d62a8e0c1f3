/* SPDX-License-Identifier: Apache-2.0 */
/* The Content page before a fake node: how many copies there are, files that are not here, what waits, what did not
 * verify, the room it all takes; and a node that tells nothing of that. */

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  assertAccessible,
  becomes,
  button,
  counts,
  hasFocus,
  live,
  shows,
  sideways,
  textOf,
  until,
  useDashboard,
  visitFixture,
} from "./browser.mjs";
import { names, openContent, rowOf, visitContent } from "./content_page.mjs";

const shared = useDashboard();

const visit = (options, run) => visitContent(shared, options, "#files :is(.file-row, .empty)", run);

test("each file says in words how many hold it and why it is here; what is not known is no zero", async () => {
  await visit({}, async ({ page }) => {
    const told = (name) => rowOf(page, name).textContent();
    assert.match(await told("field-recordings"), /2 of 3 1 missing · 1 coming.*Here published here/);
    assert.match(await told("map of"), /3 of 3 at its target.*Here fetched here, and kept/);
    assert.match(await told("minutes of"), /5 of 3 2 more than wanted.*carried for the swarm/);
    assert.match(await told("c9d0"), /— of 3 not known yet/);
    await button(page, "Details of recovery-key.txt").click();
    assert.match(await textOf(page, ".file-detail"), /Verified at— no other node has been asked yet/);
    await shows(page, ".content-total >> nth=2", /^At their target2 of 5 files2 under it · 1 over it · 1 not known$/);
    const meter = page.getByRole("meter", { name: "How many files have enough copies" });
    assert.equal(await meter.getAttribute("aria-valuetext"), "1 at their target, 2 under it, 1 over it, 1 not known");
  });
});

test("files are chosen by their copies and by where they are, and sorted by how many are missing", async () => {
  await visit({}, async ({ page }) => {
    await page.getByLabel("How many copies").selectOption("under");
    await becomes("three", async () => (await names(page)).length, 3);
    await button(page, "Copies").click();
    await becomes("the most missing first", async () => (await names(page))[0], "recovery-key.txt");
    await page.getByLabel("How many copies").selectOption("any");
    await page.getByRole("button", { name: /^Not here 2/ }).click();
    await becomes("those", async () => (await names(page)).sort(), ["Sealed for others", "weather-2026.csv"]);
    await page.locator("#find-file").fill("nothing of the kind");
    await button(page, "Show all files").click();
    await becomes("all", async () => (await names(page)).length, 10);
  });
});

test("a file of others that is not here is fetched from its row, by keyboard too; a refusal stands there", async () => {
  await visit({}, async ({ page, fixture }) => {
    const away = rowOf(page, "weather-2026.csv");
    fixture.content.refusal = [507, "There is no room for this file", "Allow more with storage-max."];
    await button(page, "Fetch weather-2026.csv").first().press("Enter");
    await becomes("why not", () => away.textContent(), /no room for this file\..*storage-max/);
    assert.equal(await page.locator(".detail-row").count(), 0, "the row is not opened by it");
    fixture.content.refusal = null;
    await button(page, "Fetch weather-2026.csv").first().press("Enter");
    await becomes("on its way", () => away.textContent(), /of 351 chunks/);
    assert.ok(fixture.requests.includes("POST /api/v1/files/fetch"));
  });
});

test("a file is removed from its opened row only after a question that says who else holds it", async () => {
  await visit({ bypassCSP: true }, async ({ page, fixture }) => {
    const open = (name) => button(page, `Details of ${name}`).first().click();
    const map = (await names(page)).find((name) => name.startsWith("map of"));
    await open(map);
    await button(page, `Remove from this node… ${map}`).click();
    await shows(page, "dialog.ask", /Remove this file from this node\?map of.*2 other nodes hold it, and keep it\. It cannot be undone here; Fetch brings it back/);
    await assertAccessible(page);
    await button(page, "Keep it").click();
    await hasFocus("the button that asked", button(page, `Remove from this node… ${map}`));
    assert.ok(!fixture.requests.some((one) => one.startsWith("DELETE")), "nothing was removed");
    await button(page, `Remove from this node… ${map}`).click();
    fixture.content.refusal = [503, "It could not be written down", "Is the disk full?"];
    await button(page, "Remove file").click();
    await shows(page, "dialog.ask", /could not be written down/);
    fixture.content.refusal = null;
    await button(page, "Remove file").click();
    await becomes("it is not here", () => rowOf(page, map).textContent(), /Not here Fetch/);
    assert.ok(fixture.requests.some((one) => one.startsWith("DELETE /api/v1/files/")));
    const alone = fixture.content.items.find(({ state, name, redundancy }) => state === "held" && name !== null && redundancy !== null);
    alone.redundancy = { ...alone.redundancy, seen: 1, state: "under" };
    await becomes("nobody else holds it", () => rowOf(page, alone.name).textContent(), /1 of /);
    await open(alone.name);
    await button(page, `Remove from this node… ${alone.name}`).click();
    await shows(page, "dialog.ask", /No other node is known to hold it\..*gone for good/);
    await button(page, "Remove file").click();
    await becomes("it is not here", () => rowOf(page, alone.name).textContent(), /Not here Fetch/);
  });
});

test("the queue says what waits and for whom; without a network or peers it says why nothing moves", async () => {
  await visit({}, async ({ page, fixture }) => {
    const { shelves } = fixture.content;
    await shows(page, "#outbox", /field-recordings-2026-04\.tar.*Waits for 1 more node to hold it: 2 of 3 do/);
    await shows(page, "#outbox", /harvest-video\.mp4.*Wanted here, and nobody in sight has it/);
    shelves.waiting.push({ kind: "post", id: "f".repeat(64), name: "A <i>post</i> \u202eto\nall", at: Date.now() - 90_000, waitsFor: "a-neighbour" });
    shelves.waiting.push({ kind: "parcel", id: "e".repeat(64), name: null, at: Date.now(), waitsFor: "better-weather" });
    fixture.node.control.on.network = false;
    await shows(page, "#outbox", /The network is off: nothing leaves until.*signed and synced on this disk/);
    await shows(page, "#outbox", /2 records of yours wait for a peer.*the oldest since 1 min/);
    await shows(page, "#outbox", /A <i>post<\/i> \[U\+202E\]to\[U\+000A\]allWaits for a linked peer to take itPost · 1 min ago/);
    await shows(page, "#outbox", /eeee…eeeeWaits for better weatherRecord/);
    await button(page, "Show field-recordings-2026-04.tar in the list of files").first().click();
    await counts(page, ".file-row", 1);
    assert.equal(await page.locator(".file-detail").count(), 1);
    await hasFocus("#files-title", page.locator("#files-title"));
    shelves.waiting = [];
    shelves.outbox = [];
    await shows(page, "#outbox", /Nothing waits: whatever was written here, a neighbour has/);
  });
});

test("the shelf says what did not verify, of whom and where; a thing on it is removed for good", async () => {
  await visit({ bypassCSP: true }, async ({ page, fixture }) => {
    const { shelves } = fixture.content;
    await shows(page, "#quarantine", /A chunk that is not the one asked for chunk-other 34 min ago.*Sent byl1ar…w6mz.*Signed bytjq4…w6mz.*Key expectedu5er…w6mz.*byte 70,213 on.*256 KiB/);
    await shows(page, "#quarantine", /A record whose signature does not hold record-signature-invalid.*Sent by—.*Signed bynobody: no signature holds for it.*Differs from—/);
    await button(page, "2 things did not verify").click();
    await hasFocus("#quarantine-title", page.locator("#quarantine-title"));
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await button(page, "Copy: sent by, of number 2").click();
    await becomes("what is copied", () => page.evaluate(() => navigator.clipboard.readText()), shelves.quarantine[0].sender);
    shelves.refusal = [503, "The disk does not answer", "It is tried again."];
    await button(page, "Remove number 2 from the quarantine").click();
    await shows(page, "#quarantine .shut [role=alert]", /The disk does not answer\. It is tried again/);
    shelves.refusal = null;
    await button(page, "Remove number 2 from the quarantine").press("Enter");
    await shows(page, "#quarantine [role=status]", /^Number 2 is gone; that it came stays in the events\.$/);
    assert.equal(await page.locator(".shut").count(), 1);
    shelves.quarantine = [];
    await shows(page, "#quarantine", /Nothing that peers sent has failed to verify/);
  });
});

test("the room has a bar and the same in words; the reading back says where it is, and what is unknown is a dash", async () => {
  await visit({}, async ({ page, fixture }) => {
    const { content } = fixture;
    const meter = page.locator("#storage").getByRole("meter");
    assert.match(await meter.getAttribute("aria-valuetext"), /^88[78] MiB of the 2\.0 GiB that it may use, 43 %$/);
    await shows(page, "#storage", /Free on the disk29 GiB.*2 files are carried.*Runs now: 393 MiB read, at most 8\.0 MiB\/s · no faults · 3 passes ever/);
    content.shelves.scrub = { running: false, bytesPerSecond: null, bytes: 5_000_000_000, faults: 2, passes: 4, endedAt: Date.now() - 125_000 };
    await shows(page, "#storage", /Ended 2 min ago: 4\.7 GiB read · 2 faults found, and fetched again · 4 passes/);
    content.bytesMax = Math.floor(content.bytesUsed * 1.01);
    await shows(page, "#storage", /99 %.*It is nearly full/);
    content.bytesMax = null;
    await shows(page, "#storage", /No budget is set/);
    content.shelves.panel = () => ({ scrub: null });
    await shows(page, "#storage", /Reading back— this node does not tell/);
  });
});

test("the Node Dashboard has the same figures in its tile, which leads there", async () => {
  await visitFixture(shared, { scenario: "calm" }, async ({ page, fixture }) => {
    await live(page);
    await shows(page, "#content-tile", /2 under their target · 1 at it · 1 over it · 1 not known2 did not verify, in quarantine\d+ MiB used of 2\.0 GiB$/);
    assert.deepEqual(fixture.requests.filter((request) => /late|\/content/.test(request)), [], "nothing is asked for it");
    fixture.content.shelves.quarantine = [];
    fixture.content.shelves.waiting = [{ at: 5 }];
    for (const { redundancy } of fixture.content.items) if (redundancy !== null) redundancy.state = "ok";
    await shows(page, "#content-tile", /0 under their target · 5 at itAll signed and verified1 waiting to be sent/);
    fixture.content.panel = () => ({ storage: null });
    await shows(page, "#content-tile", /^ContentOpenDid not verify: —— used$/);
    await page.locator("#content-tile").getByRole("link").click();
    await page.locator(".file-row").first().waitFor();
  });
});

test("a node from before all this has its files, and nothing that it does not know", async () => {
  await visitFixture(shared, { scenario: "calm" }, async ({ page, fixture, trouble }) => {
    fixture.content.isOld = true;
    await live(page);
    await counts(page, "#content-tile", 0);
    await openContent(page);
    await page.locator(".file-row").first().waitFor();
    await counts(page, "#posts, #outbox, #quarantine, #storage", 0);
    const asked = () => fixture.requests.filter((request) => /api\/v1\/posts/.test(request)).length;
    assert.equal(asked(), 1);
    assert.equal((await names(page)).length, 8);
    assert.equal(await page.locator("th.file-copies").count(), 0);
    assert.equal(await page.getByLabel("How many copies").count(), 0);
    await page.locator(".file-row", { hasText: "recovery-key" }).click();
    assert.match(await textOf(page, ".file-detail"), /Wanted at5 nodesSeen at— how many hold it is not known/);
    assert.doesNotMatch(await page.locator("main").textContent(), /undefined|NaN|null/);
    await until("the files are asked for again", async () => fixture.requests.filter((request) => request === "GET /api/v1/content").length > 6);
    assert.equal(asked(), 1, "what it does not know it is not asked for again");
    assert.deepEqual(trouble.filter((told) => !/404/.test(told)), []);
  });
});

test("what cannot be read says so in its own place, and what was read stays", async () => {
  await visit({ bypassCSP: true }, async ({ page, fixture }) => {
    await page.locator(".post").first().waitFor();
    fixture.content.shelves.refusal = [503, "The store is busy", "it answers again when the disk does."];
    for (const id of ["posts", "outbox", "quarantine"])
      await shows(page, `#${id} .list-trouble`, /The store is busy\. It answers again when the disk does\. You see .* \d\d:\d\d:\d\d/);
    assert.equal(await page.locator(".post").count(), 4);
    assert.equal(await page.locator(".file-row").count(), 10);
    await assertAccessible(page, "trouble");
    fixture.content.shelves.refusal = null;
    await counts(page, ".list-trouble", 0);
  });
});

test("hostile names are words, whatever is in them, and nothing gets wider", async () => {
  await visit({ width: 390, hasTouch: true }, async ({ page, fixture }) => {
    const [first] = fixture.content.items;
    const odd = [`<img src=x onerror=alert(1)>`, "invoice\u202egnp.exe", "a\u0000b\u200bc\u2066d", "ה".repeat(300), "W".repeat(255), ""];
    fixture.content.items.push(...odd.map((name, at) => ({ ...first, id: String(at).repeat(64), name, mime: "x".repeat(200), author: "q".repeat(200), at: first.at - at })));
    await becomes("they are there", async () => (await names(page)).length, 16);
    const shown = await names(page);
    assert.ok(shown.includes("<img src=x onerror=alert(1)>"));
    assert.ok(shown.includes("invoice[U+202E]gnp.exe"));
    assert.ok(shown.includes("a[U+0000]b[U+200B]c[U+2066]d"));
    assert.equal(await page.locator("main img").count(), 0);
    await page.locator(".file-row", { hasText: "WWWW" }).click();
    assert.equal(await sideways(page), 0);
  });
});
