/* SPDX-License-Identifier: Apache-2.0 */
/* The Content page before a fake node: what is here and on its way, and how files come and go. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import {
  assertAccessible,
  awaitedText,
  becomes,
  button,
  counts,
  live,
  shows,
  sideways,
  until,
  useDashboard,
  visitFixture,
} from "./browser.mjs";
import { names, openContent, rowOf, visitContent } from "./content_page.mjs";

const shared = useDashboard();

const visit = (options, run) => visitContent(shared, options, ".file-row", run);
const file = (name, bytes) => ({ name, mimeType: "application/octet-stream", buffer: Buffer.from(bytes) });
const choose = async (page, files) => {
  await page.setInputFiles("#publish-files", files);
  await page.locator("dialog.ask").waitFor();
};

test("the page has doors in the header, in the footer and on the keyboard, and asks only while it is open", async () => {
  await visitFixture(shared, { scenario: "calm" }, async ({ page, fixture, trouble }) => {
    await live(page);
    const asked = () => fixture.requests.filter((request) => request === "GET /api/v1/content").length;
    assert.equal(asked(), 0);
    await page.locator(".tabs").getByRole("link", { name: "Content" }).click();
    await page.locator(".file-row").first().waitFor();
    await becomes("its title", () => page.title(), "Content · Skep");
    assert.match(page.url(), /#\/content$/);
    const first = asked();
    await until("asked again each second while something is under way", async () => asked() >= first + 2);
    await page.keyboard.press("g");
    await page.keyboard.press("d");
    await page.locator("#verdict").waitFor();
    const left = asked();
    await page.waitForTimeout(2_500);
    assert.ok(asked() <= left + 1, "who is elsewhere asks nothing");
    await page.keyboard.press("g");
    await page.keyboard.press("c");
    await page.locator(".file-row").first().waitFor();
    await page.goBack();
    await page.locator("#verdict").waitFor();
    await page.locator(".foot").getByRole("link", { name: "Content" }).click();
    await page.locator(".file-row").first().waitFor();
    assert.deepEqual(trouble, []);
  });
});

test("what is under way comes first and moves; words say how far it is, and what is in the way", async () => {
  await visit({}, async ({ page, fixture }) => {
    await becomes("the first four", async () => (await names(page)).slice(0, 4), [
      "seed-catalogue.sqlite",
      "harvest-video.mp4",
      "Name not known yet",
      "map of <b>the</b> valley.png",
    ]);
    assert.equal(await page.locator(".files-table b").count(), 0, "words of a manifest are words");
    const video = () => rowOf(page, "harvest-video").textContent();
    await becomes("a row", video, /420 of 900 chunks.*No linked peer has the rest of it/);
    const bar = rowOf(page, "seed-catalogue").getByRole("progressbar");
    const first = Number(await bar.getAttribute("aria-valuenow"));
    await until("the bar moves", async () => Number(await bar.getAttribute("aria-valuenow")) > first);
    assert.match(await bar.getAttribute("aria-valuetext"), /^\d+ of 40 chunks$/);
    const unknown = rowOf(page, "Name not known yet").getByRole("progressbar");
    assert.equal(await unknown.getAttribute("aria-valuenow"), null, "nobody knows how much is missing");
    fixture.content.items.find(({ name }) => name === "seed-catalogue.sqlite").chunksHere = 39;
    await becomes("it is here", () => rowOf(page, "seed-catalogue").textContent(), /Here wanted here$/);
    await shows(page, ".content-total", /^Files here6/);
    await shows(page, ".content-total >> nth=3", /of 2\.0 GiB, \d+ %$/);
  });
});

test("found, sorted and opened by keyboard; the opened row says all that is known", async () => {
  await visit({ bypassCSP: true }, async ({ page, fixture }) => {
    await page.keyboard.press("/");
    await page.locator("#find-file:focus").waitFor();
    await page.keyboard.type("you");
    await becomes("two are ours", async () => (await names(page)).length, 2);
    await page.keyboard.press("Escape");
    await becomes("all again", async () => (await names(page)).length, 10);
    await button(page, "Size").press("Enter");
    await becomes("its order", () => page.locator("th.file-size").getAttribute("aria-sort"), "descending");
    await becomes("the largest", async () => (await names(page))[0], "field-recordings-2026-04.tar");
    await button(page, "Details of field-recordings-2026-04.tar").focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Enter");
    const told = await awaitedText(page, ".file-detail");
    const { id, author } = fixture.content.items[0];
    assert.ok(told.includes(id) && told.includes(author), "whole ids");
    assert.match(told, /this node's user.*anybody in the swarm.*775 MiB, 812,345,678 bytes.*3,099 of 3,099.*Wanted at3 nodes/);
    assert.match(told, /Seen at2 nodes, this one among them.*Verified at1 other node that gave.*In2 networks.*Coming to1 node/);
    assert.match(told, /Signatureverified: .*It was published here, and stays/);
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await button(page, "Copy the id of field-recordings-2026-04.tar").click();
    await becomes("what is copied", () => page.evaluate(() => navigator.clipboard.readText()), id);
    await page.getByRole("button", { name: /^Here 5/ }).click();
    await until("only those", async () => !(await names(page)).includes("harvest-video.mp4"));
    await page.locator(".file-row", { hasText: "Sealed for others" }).click();
    await shows(page, ".file-detail", /nobody here can open it/);
    assert.equal(await page.getByRole("button", { name: /^Download/ }).count(), 0);
  });
});

test("publishing asks who may read it first, and sends several in a row, byte by byte the same", async () => {
  await visit({ bypassCSP: true }, async ({ page, fixture, trouble }) => {
    const { content } = fixture;
    await choose(page, [file("a & b+c.txt", "first"), file("empty", ""), file("third.bin", Buffer.alloc(500_000, 7))]);
    assert.equal(fixture.requests.includes("PUT /api/v1/uploads"), false, "nothing has left yet");
    await assertAccessible(page, "publish form");
    await page.getByRole("radio", { name: /^Only me/ }).check();
    await page.getByLabel(/^How many nodes should hold it/).selectOption("5");
    await button(page, "Publish 3 files for me alone").click();
    await until("all are published", async () => content.uploaded.length === 3);
    assert.deepEqual(
      content.uploaded.map(({ bytes, readers }) => [bytes.length, readers]),
      [[5, "users"], [0, "users"], [500_000, "users"]],
    );
    assert.ok(content.uploaded[2].bytes.every((byte) => byte === 7));
    assert.equal(content.items.find(({ name }) => name === "a & b+c.txt").target, 5);
    await shows(page, "#publish [role=status]", /^3 files are published\.$/);
    await becomes("in the list", () => rowOf(page, "a & b+c.txt").count(), 1);
    await button(page, "Clear the list").click();
    await counts(page, ".upload", 0);
    assert.deepEqual(trouble, []);
  });
});

test("an upload shows how far it is, goes on on another page, and can be cancelled", async () => {
  await visit({ bypassCSP: true }, async ({ page, fixture }) => {
    fixture.content.isHeldUp = true;
    await choose(page, [file("large.bin", Buffer.alloc(24_000_000)), file("second.txt", "2"), file("last.txt", "3")]);
    await button(page, "Publish 3 files for anybody").click();
    await shows(page, ".upload", /MiB of 23 MiB, \d+ %/);
    const bar = page.locator(".upload").first().getByRole("progressbar");
    assert.ok(Number(await bar.getAttribute("aria-valuenow")) < 100);
    await assertAccessible(page, "uploads");
    await page.evaluate(() => (location.hash = "#/node"));
    await page.locator("#verdict").waitFor();
    await openContent(page);
    await shows(page, ".upload", /MiB of 23 MiB/);
    await button(page, "Cancel last.txt").click();
    await button(page, "Cancel large.bin").click();
    fixture.content.isHeldUp = false;
    await until("the one after it", async () => fixture.content.uploaded.length === 1);
    assert.equal(fixture.content.uploaded[0].bytes.toString(), "2");
    await shows(page, ".uploads", /^second\.txtPublished/);
    await counts(page, ".upload", 1);
  });
});

test("what is refused says why, and is tried again; room is looked at before", async () => {
  await visit({}, async ({ page, fixture }) => {
    fixture.content.bytesMax = Math.floor(fixture.content.bytesUsed);
    await shows(page, ".content-total >> nth=3", /100 %/);
    await choose(page, [file("more.txt", "more"), file("next.txt", "next")]);
    await shows(page, "dialog", /8 B is more than the 0 B that the budget has left/);
    await button(page, "Publish 2 files for anybody").click();
    await shows(page, ".uploads", /There is no room for this file\..*more with storage-max/);
    await becomes("both were tried", () => page.getByRole("button", { name: /^Try .* again$/ }).count(), 2);
    fixture.content.bytesMax = null;
    await button(page, "Try more.txt again").click();
    await until("it is published", async () => fixture.content.uploaded.length === 1);
    fixture.content.refusal = [409, "This file is not published", "There is no community secret here."];
    await choose(page, [file("c.txt", "c")]);
    await page.getByRole("radio", { name: /^The community/ }).check();
    await button(page, "Publish 1 file for the community").click();
    await shows(page, ".uploads", /no community secret/);
  });
});

test("a name that turns around is written out, before it is published and after", async () => {
  await visit({}, async ({ page }) => {
    await choose(page, [file("invoice\u202efdp.exe", "x")]);
    await shows(page, "dialog.ask .publish-files", /^invoice\[U\+202E\]fdp\.exe/);
    await button(page, "Publish 1 file for anybody").click();
    await shows(page, ".upload-name", /^invoice\[U\+202E\]fdp\.exe$/);
  });
});

test("files are dropped anywhere on the page; a folder is told what to do instead", async () => {
  await visit({}, async ({ page }) => {
    const drop = (type) =>
      page.evaluate((name) => {
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File(["dropped"], "dropped.txt"));
        document.querySelector(".foot").dispatchEvent(
          new DragEvent(name, { bubbles: true, cancelable: true, dataTransfer }),
        );
      }, type);
    await drop("dragover");
    await shows(page, ".drop-hint", /Drop to publish/);
    await drop("drop");
    await shows(page, "dialog.ask[open]", /^Publish 1 file.*dropped\.txt/); // open: it has the keyboard
    await counts(page, ".drop-hint", 0);
    await page.keyboard.press("Escape");
    await counts(page, "dialog", 0);
    assert.equal(await page.locator(".upload").count(), 0);
    await page.evaluate(() => (DataTransferItem.prototype.webkitGetAsEntry = () => ({ isDirectory: true })));
    await drop("drop");
    await shows(page, "dialog.ask", /1 folder was left out: .*skep add publishes a folder/);
    await counts(page, "dialog .deed", 0); // there is nothing to publish
  });
});

test("files are fetched by their ids; what is no id is named, and nothing is asked for", async () => {
  await visit({}, async ({ page, fixture }) => {
    const [a, b] = ["a".repeat(64), fixture.content.items[0].id];
    const field = page.getByLabel("Ids of files, one or several");
    await field.fill(`${a} short`);
    await button(page, "Fetch file").click();
    await shows(page, "#fetch-file [role=status]", /^short is no id of a file: .*Nothing was asked for/);
    assert.ok(!fixture.requests.includes("POST /api/v1/files/fetch"));
    await field.fill(`${a}, ${b}`);
    await field.press("Enter");
    await shows(page, "#fetch-file [role=status]", /^1 file is on the way\. 1 is here already\.$/);
    await becomes("in the list", () => rowOf(page, "aaaa…aaaa").count(), 1);
    await becomes("the field", () => field.inputValue(), "");
    fixture.content.refusal = [503, "Too much is published or read just now", "Try again in a moment."];
    await field.fill(b);
    await button(page, "Fetch file").click();
    await shows(page, "#fetch-file [role=alert]", /Too much is published.*Try again in a moment/);
    assert.equal(await field.inputValue(), b, "what was typed stays");
  });
});

test("a file that is here is downloaded whole; what the node does not give out says why", async () => {
  await visit({}, async ({ page, fixture }) => {
    await rowOf(page, "recovery-key.txt").click();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      button(page, "Download recovery-key.txt").click(),
    ]);
    assert.equal(await readFile(await download.path(), "utf8"), "what is in recovery-key.txt");
    assert.equal(download.suggestedFilename(), "recovery-key.txt");
    fixture.content.readRefusal = [409, "This file does not verify", "A part of it is not what its author signed."];
    await button(page, "Download recovery-key.txt").click();
    await shows(page, ".file-detail [role=alert]", /does not verify\..*not what its author signed/);
  });
});

test("nothing here, no answer yet, no answer any more, no network and the past are told apart", async () => {
  await visitFixture(shared, { scenario: "empty", bypassCSP: true }, async ({ page, fixture }) => {
    await live(page);
    await page.route("**/api/v1/content*", () => {});
    await openContent(page);
    await page.locator("#files .awaited").first().waitFor();
    await page.unroute("**/api/v1/content*");
    await counts(page, "#files .empty", 1);
    await shows(page, "#files .empty", /holds no files yet.*Publish one.*or fetch one/);
    await assertAccessible(page, "empty");
    fixture.content.refusal = [409, "This process only serves", "It has no links."];
    await shows(page, ".banner", /This process only serves.*You see the files as of \d\d:\d\d:\d\d/);
    fixture.content.refusal = null;
    await counts(page, ".banner", 0);
    await page.evaluate(() => (location.hash = "#/node"));
    await page.locator(".strip-cells").press("ArrowLeft");
    await openContent(page);
    await shows(page, "main", /at that moment is not kept/);
    await counts(page, "#files", 0);
    await page.keyboard.press("l");
    await page.locator("#files .empty").waitFor();
    fixture.node.control.on.network = false;
    await shows(page, ".banner", /The network is off\..*published here; it travels when/);
    fixture.setSilent(true);
    await shows(page, ".banner", /The daemon does not answer/);
    await shows(page, "#fetch-hint", /waits until the daemon answers/);
    await becomes("choosing waits", () => button(page, "Choose files…").getAttribute("aria-disabled"), "true");
    await assertAccessible(page, "stale");
  });
});

test("many files come page by page; the first stand there, and the rest when asked for", async () => {
  await visit({}, async ({ page, fixture }) => {
    const [first] = fixture.content.items;
    fixture.content.items = Array.from({ length: 1_204 }, (_, at) => {
      const id = at.toString(16).padStart(64, "0");
      return { ...first, id, name: `file ${at}`, at: first.at + at, state: at === 600 ? "fetching" : "held" };
    });
    await shows(page, "#files .panel-note", /1,204 files/);
    const asked = () => fixture.requests.filter((request) => request === "GET /api/v1/content").length;
    await becomes("in order, which is made every 2 s", async () => (await names(page))[0], "file 600");
    await counts(page, ".file-row", 25);
    await becomes("rows", () => page.locator(".files-table").getAttribute("aria-rowcount"), "1205");
    await button(page, "Show 100 more files").click();
    await counts(page, ".file-row", 125);
    const [before, began] = [asked(), performance.now()];
    await page.waitForTimeout(2_500);
    const seconds = (performance.now() - began) / 1000;
    assert.ok(asked() - before <= 3 * seconds + 1, "each second the two pages that matter, and all three now and then");
    await page.locator("#find-file").fill("file 1203");
    await becomes("found beyond those shown", () => names(page), ["file 1203"]);
  });
});

for (const theme of ["light", "dark"]) {
  test(`axe finds nothing, and nothing is wider than the window, ${theme}`, async () => {
    for (const width of [1440, 800, 390, 320]) {
      await visit({ theme, width, hasTouch: width < 640, bypassCSP: true }, async ({ page }) => {
        await button(page, "Details of seed-catalogue.sqlite").click();
        await page.locator(".file-detail").waitFor();
        await assertAccessible(page, `${width}`);
        await becomes(`${width}`, () => sideways(page), 0);
      });
    }
  });
}
