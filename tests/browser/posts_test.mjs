/* SPDX-License-Identifier: Apache-2.0 */
/* Posts on the Content page before a fake node: reading, writing, later versions, deleting. */

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  assertAccessible,
  awaitedText,
  becomes,
  button,
  counts,
  hasFocus,
  shows,
  sideways,
  textOf,
  useDashboard,
} from "./browser.mjs";
import { visitContent } from "./content_page.mjs";

const shared = useDashboard();

const visit = (options, run) => visitContent(shared, options, "#posts :is(.post, .empty)", run);
const postOf = (page, text) => page.locator(".post", { hasText: text });
const write = async (page) => {
  await button(page, "Write a post…").click();
  await page.locator("dialog.post-form").waitFor();
};

test("posts stand newest first, with who, when, which version, tags and files; conflicts and deletions are told", async () => {
  await visit({}, async ({ page }) => {
    await page.locator(".file-row").first().waitFor(); // names of attachments come with the files
    const told = await page.locator(".post").allTextContents();
    assert.match(told[0], /^Mara 12 min agoSignature verifiedThe river is at.*weather-2026\.csv not here Fetchriverpumps$/);
    assert.match(told[1], /^You 1 h ago · edited, version 2.*field-recordings-2026-04\.tar.*not here Fetch.*Edit…Delete…$/);
    assert.match(told[2], /Another version has the same number.*The latest stands.*edit it, and the new version settles it.*The others: \w{4}…\w{4}/);
    assert.match(told[3], /^ ?Mara deleted this post 6 h ago\.$/);
    assert.equal(await postOf(page, "The river").getByRole("button", { name: /^(Edit|Delete)/ }).count(), 0, "not ours");
    await button(page, "Show field-recordings-2026-04.tar in the list of files").last().click();
    await counts(page, ".file-detail", 1);
  });
});

test("a post is written with tags and files by keyboard alone, and what the node refuses is not lost", async () => {
  await visit({ bypassCSP: true }, async ({ page, fixture }) => {
    const { content } = fixture;
    await button(page, "Write a post…").press("Enter");
    await page.locator("dialog.post-form").waitFor();
    await hasFocus("the text", page.getByLabel("Text", { exact: true }));
    await page.keyboard.type("First line\nsecond <b>line</b>");
    await page.keyboard.press("Tab");
    await page.keyboard.type("#news, news river");
    await page.keyboard.press("Tab");
    await page.keyboard.type("recovery");
    await page.keyboard.press("Enter");
    assert.equal(content.shelves.written.length, 0, "looking for a file publishes nothing");
    await button(page, "Attach recovery-key.txt").press("Enter");
    assert.match(await textOf(page, ".attached"), /recovery-key\.txt 412 B · only who may read it can open it/);
    await assertAccessible(page, "form");
    content.shelves.refusal = [507, "There is no room for this post", "Allow more with storage-max."];
    await button(page, "Publish post").press("Enter");
    await shows(page, "dialog [role=alert]", /There is no room for this post\. Allow more/);
    await page.keyboard.press("Escape");
    await counts(page, "dialog", 0);
    content.shelves.refusal = null;
    await write(page);
    assert.equal(await page.getByLabel("Text", { exact: true }).inputValue(), "First line\nsecond <b>line</b>");
    await button(page, "Publish post").click();
    await shows(page, "#posts [role=status]", /^It is signed and on this disk\.$/);
    const { id } = content.items.find(({ name }) => name === "recovery-key.txt");
    assert.deepEqual(content.shelves.written, [
      { text: "First line\nsecond <b>line</b>", tags: ["news", "river"], attachments: [id] },
    ]);
    await shows(page, ".post", /second <b>line<\/b>/);
    await shows(page, "#outbox", /First line.*Waits for a linked peer to take it/);
    await write(page);
    assert.equal(await page.getByLabel("Text", { exact: true }).inputValue(), "", "the next begins empty");
  });
});

test("what is over the bounds of a post is said before it is sent", async () => {
  await visit({}, async ({ page, fixture }) => {
    await write(page);
    const [text, tags] = [page.getByLabel("Text", { exact: true }), page.getByRole("textbox", { name: "Tags" })];
    const refusedFor = async (what) => {
      await button(page, "Publish post").click();
      await shows(page, "dialog [role=status]", what);
    };
    await refusedFor(/^Write something, or attach a file\.$/);
    await text.fill("ä".repeat(8_200));
    await shows(page, "#post-text-note", /16 bytes too many/);
    await refusedFor(/^A post has at most 16,384 bytes of text/);
    await text.fill("short");
    await tags.fill(Array.from({ length: 17 }, (_, at) => `t${at}`).join(" "));
    await refusedFor(/^A post has at most 16 tags/);
    await tags.fill("x".repeat(65));
    await refusedFor(/^The tag “x+…” is longer than 64 bytes/);
    assert.deepEqual(fixture.content.shelves.written, []);
    await button(page, "Cancel").click();
  });
});

test("an own post gets a later version, and is deleted only after a question", async () => {
  await visit({ bypassCSP: true }, async ({ page, fixture }) => {
    const { shelves } = fixture.content;
    await button(page, "Edit the post “Seeds: take what you need, write down wh…”").click();
    const text = page.getByLabel("Text", { exact: true });
    assert.equal(await text.inputValue(), "Seeds: take what you need, write down what you took.");
    await text.fill("Seeds: take two.");
    await button(page, "Publish new version").click();
    await becomes("version 4", () => postOf(page, "Seeds: take two.").textContent(), /version 4/);
    assert.equal(await postOf(page, "Seeds: take two.").locator(".post-conflict").count(), 0, "it settles the conflict");
    const { of } = shelves.posts.find((post) => post.text === "Seeds: take two.");
    assert.equal(shelves.written[0].of, of);
    await button(page, "Delete the post “Seeds: take two.”").click();
    assert.match(await awaitedText(page, "dialog.ask"), /Delete this post\?Seeds: take two\..*It cannot be taken back/);
    await assertAccessible(page, "question");
    await button(page, "Keep it").click();
    assert.equal(shelves.written.length, 1);
    await button(page, "Delete the post “Seeds: take two.”").click();
    await button(page, "Delete post").click();
    await shows(page, "#posts [role=status]", /^The post is deleted\.$/);
    assert.deepEqual(shelves.written[1], { text: "", of, deleted: true });
    await shows(page, ".post", /^ ?You deleted this post/);
  });
});

test("without a network a post is written all the same; without a daemon it waits, and the words stay", async () => {
  await visit({ scenario: "empty" }, async ({ page, fixture }) => {
    assert.match(await textOf(page, "#posts .empty"), /No posts yet.*signed here, kept on this disk/);
    fixture.node.control.on.network = false;
    await shows(page, ".banner", /The network is off/);
    await write(page);
    assert.match(await textOf(page, "#post-text-note"), /it stays here until it is on again/);
    assert.match(await textOf(page, "dialog"), /No file is here yet/);
    await page.getByLabel("Text", { exact: true }).fill("written in the dark");
    fixture.setSilent(true);
    await becomes("it waits", () => button(page, "Publish post").getAttribute("aria-disabled"), "true");
    await button(page, "Publish post").click({ force: true });
    assert.match(await textOf(page, "dialog footer"), /waits until the daemon answers/);
    fixture.setSilent(false);
    await becomes("it goes on", () => button(page, "Publish post").getAttribute("aria-disabled"), "false");
    await button(page, "Publish post").click();
    await becomes("it is there", () => postOf(page, "written in the dark").count(), 1);
    await shows(page, "#outbox", /The network is off: nothing leaves.*1 record of yours waits/);
  });
});

test("what strangers write is words, stays in its place, and is folded when it is long", async () => {
  await visit({ width: 390, hasTouch: true, bypassCSP: true }, async ({ page, fixture }) => {
    const { shelves } = fixture.content;
    const [model] = shelves.posts;
    const odd = { ...model, tags: ["<i>", "t".repeat(64), "\u202e"], name: "Ann \u202e<b>", attachments: [], conflicts: [] };
    const texts = [`<script>alert(1)</script>\n\u202etxet`, "x".repeat(5_000), Array.from({ length: 60 }, (_, at) => `line ${at}`).join("\n"), "שלום עולם (abc)"];
    shelves.posts = texts.map((text, at) => ({ ...odd, id: String(at).repeat(64), of: String(at).repeat(64), text, at: Date.now() - at * 1_000 }));
    shelves.posts.push({ id: "9".repeat(64) }, { text: "without an id" });
    await counts(page, ".post", 5);
    const first = await page.locator(".post").first().textContent();
    assert.match(first, /^Ann \[U\+202E\]<b>.*<script>alert\(1\)<\/script>\n\[U\+202E\]txet/);
    assert.equal(await page.locator(".posts script").count(), 0);
    assert.equal(await sideways(page), 0);
    const long = page.locator(".post").nth(2);
    const height = async () => (await long.boundingBox()).height;
    const folded = await height();
    await long.getByRole("button", { name: "Show all of it" }).click();
    assert.ok((await height()) > 3 * folded);
    assert.match(await page.locator(".post").last().textContent(), /^Somebody —Signature not verified/);
    await assertAccessible(page, "odd posts");
  });
});

test("older posts come when asked for, page by page, each once", async () => {
  await visit({}, async ({ page, fixture }) => {
    const [model] = fixture.content.shelves.posts;
    fixture.content.shelves.posts = Array.from({ length: 120 }, (_, at) => ({ ...model, id: at.toString(16).padStart(64, "0"), text: `post ${at}`, at: model.at - at * 1_000 }));
    await counts(page, ".post", 50);
    assert.match(await textOf(page, "#posts .panel-note"), /^the newest 50$/);
    await button(page, "Older posts").click();
    await counts(page, ".post", 100);
    await button(page, "Older posts").click();
    await counts(page, ".post", 120);
    assert.equal(await button(page, "Older posts").count(), 0);
  });
});

for (const theme of ["light", "dark"]) {
  test(`axe finds nothing in posts and their forms, and nothing is wider than the window, ${theme}`, async () => {
    for (const width of [1440, 320]) {
      await visit({ theme, width, hasTouch: width < 640, bypassCSP: true }, async ({ page }) => {
        await assertAccessible(page, `${width}`);
        await write(page);
        await assertAccessible(page, `${width}, form`);
        assert.equal(await sideways(page), 0, `${width}`);
      });
    }
  });
}
