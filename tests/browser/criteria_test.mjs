/* SPDX-License-Identifier: Apache-2.0 */
/* What was promised of the page, one test for each, before the nodes of `skep demo`:
 *     node criteria_test.mjs URL FOLDER LIBRARY
 * The link that the demo printed, its folder, and the library that takes Ed25519 away; started by
 * ../integration/criteria.mjs. The tests share one page, and each leaves the node as it found it. */

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { DemoNode } from "../integration/lib/demo_node.mjs";
import { dataIn } from "../integration/lib/files.mjs";
import { Node, run } from "../integration/lib/skep.mjs";
import { awaitedText, becomes, openPage, startBrowser, textOf, until } from "./browser.mjs";

const [url, folder, library] = process.argv.slice(2);

let browser;
let page;
let trouble;
let node; // the one with the page
const waiting = []; // nodes that call it, since criterion 11
const apart = {}; // two that never do, since criterion 18

before(async () => {
  browser = await startBrowser();
  ({ page, trouble } = await openPage(browser));
  page.setDefaultTimeout(30_000);
  node = new DemoNode(join(folder, "node-01"));
  await enter();
  await linked(3);
});

/* One that failed may have left a form or a drawer open. */
beforeEach(async () => {
  for (let open = await count("dialog[open]"); open > 0; open -= 1) await page.keyboard.press("Escape");
  await visit("#/node");
});

after(async () => {
  await browser?.close();
  const ours = [node, ...waiting, ...Object.values(apart)].filter((one) => one?.child !== undefined);
  await Promise.all(ours.map((one) => one.kill()));
});

/* ---- The page ---- */

/** By the link; also when the page was elsewhere. */
async function enter() {
  await page.goto("about:blank");
  await page.goto(url);
  await live();
}

const live = () => until("live", async () => /Live/.test((await textOf(page, ".live")) ?? ""));

async function visit(hash) {
  await page.evaluate((to) => (location.hash = to), hash);
  const first = { "#/": ".net-head", "#/content": "#fetch-ids" }[hash] ?? "#verdict";
  await page.locator(first).waitFor();
}

/** The node is killed and started again as it was; then the link opens the page again. */
async function again(wrap) {
  await page.goto("about:blank");
  await node.again(wrap);
  await enter();
}

const button = (name) => page.getByRole("button", { name, exact: true });
const switchOf = (name) => page.getByRole("switch", { name, exact: true });
const isOn = async (name) => (await switchOf(name).getAttribute("aria-checked")) === "true";
async function turned(name, on) {
  let seen = "";
  const isSo = async () => {
    seen = await page.locator("body").innerText();
    return (await isOn(name)) === on;
  };
  await until(`${name} ${on}`, isSo, undefined, () => `; the page says: ${seen.slice(0, 3000)}`);
}
const says = (selector, what, ms) => becomes(selector, () => textOf(page, selector), what, ms);
const count = (selector) => page.locator(selector).count();

/** Presses a switch that a form or a question comes before, and does what it proposes, without end. */
async function throwAsked(name) {
  await switchOf(name).click();
  await page.locator(".ask[open]").waitFor();
  await submitForm({ endless: true });
}

async function submitForm({ endless = false } = {}) {
  await says(".ask .impact", /links? (is|are) cut/);
  const forEver = page.locator(".ask").getByRole("button", { name: "until I resume", exact: true });
  if (endless && (await forEver.count()) > 0) await forEver.click();
  await page.locator(".ask .deed").click();
  await until("no form", async () => (await count(".ask[open]")) === 0);
}

async function throwTo(name, on) {
  await page.getByRole("switch", { name, exact: true, disabled: false }).press("Space"); // a page that is late waits
  await turned(name, on);
}

async function block(nodeId, direction) {
  await page.locator("#blocks .panel-stamp button").click();
  await page.locator(".ask[open] input.mono").fill(nodeId);
  await page.locator(".ask").getByRole("button", { name: direction, exact: true }).click();
  await submitForm();
  await blockOf(nodeId).waitFor();
}

const blockOf = (nodeId) =>
  page.locator("#blocks li.decision", { has: page.locator(`b[title="${nodeId}"]`) });
const pendingOf = (nodeId) =>
  page.locator("#pending li.decision", { has: page.locator(`b[title="${nodeId}"]`) });
const rowOf = (nodeId) =>
  page.locator(".peer-row", { has: page.locator(`.peer-id[title="${nodeId}"]`) });

/** What the newest line of that code says in the tail, with its time. */
async function newestOf(code) {
  const line = page.locator("#diagnostics .event-line", { hasText: code }).first();
  if ((await line.count()) === 0) return null;
  return {
    text: await line.locator(".event-message").textContent(),
    at: Date.parse(await line.locator("time").getAttribute("datetime")),
  };
}

const logs = (what) =>
  until(`the tail says ${what}`, async () =>
    what.test((await page.locator("#diagnostics .event-line").allTextContents()).join("\n")),
  );

/** Whatever the browser complains of while `run` runs is a fault. */
async function quietly(run) {
  trouble.length = 0;
  await run();
  assert.deepEqual(trouble, []);
}

/* ---- The nodes ---- */

async function linked(least) {
  await until(`${least} links`, async () => (await node.openLinks()).length >= least, 60_000);
}

const pending = async () => (await node.get("/api/v1/pending")).items;
const isLinked = async ({ nodeId }) =>
  (await node.openLinks()).some((link) => link.nodeId === nodeId);

/** Another node of the community: `calls`, it knows the demo's first one. */
const guest = ({ calls }) =>
  new Node({
    community: "demo",
    args: calls ? ["--peer", `${node.nodeId}@${node.listen}`] : [],
  }).start();

const control = (...words) => run(["control", ...words, "--data", node.data]);

/* ---- The criteria ---- */

test("1: the Networking tab stays small", async () => {
  await visit("#/");
  await page.locator(".net-figures").waitFor();
  assert.equal(await page.getByRole("switch").count(), 1, "one toggle");
  assert.equal(await switchOf("Network").count(), 1);
  assert.equal(await count(".net-figure"), 4, "four figures");
  assert.equal(await count(".net-strength .net-word"), 1, "the strength");
  assert.equal(await count("main input"), 1, "one input");
  assert.equal(await page.getByLabel("Node id or address").count(), 1, "to connect to a peer");
  assert.equal(await page.getByRole("link", { name: "View Node Dashboard" }).count(), 1);
  assert.equal(await count(".page-networking > *"), 5, "and nothing more");
});

test("2: the button and the address lead to the dashboard and its drawers", async () => {
  await visit("#/");
  await page.getByRole("link", { name: "View Node Dashboard" }).click();
  await page.locator("#controls").waitFor();
  await becomes("the address", () => page.url(), /#\/node$/);
  await visit("#/");
  await visit("#/node");
  await page.locator("#controls").waitFor();
  const [{ nodeId }] = await node.openLinks();
  for (const [hash, title] of [["#/node?events", /Diagnostics/], [`#/node?why=${nodeId}`, /^(How|Why) is/]]) {
    await visit(hash);
    await says(".drawer[open] h2", title);
    await page.keyboard.press("Escape");
    await until("no drawer", async () => (await count(".drawer[open]")) === 0);
    await becomes("the address", () => page.url(), /#\/node$/);
  }
});

test("4: the mesh switch leaves visible diagnostics of off and on", async () => {
  await throwAsked("Mesh routing");
  await turned("Mesh routing", false);
  await logs(/mesh\.disable .*mesh routing is off.*mesh-control/);
  await throwTo("Mesh routing", true);
  await logs(/mesh\.enable applied: mesh routing is on.*mesh-control/);
});

test("6: Refresh peers asks anew and logs rendezvous-fetch-start", async () => {
  await until("no fetch is open", async () => (await node.get("/api/v1/rendezvous")).state === "working");
  const before = (await newestOf("rendezvous-fetch-start"))?.at ?? 0;
  await button("Refresh peers").click();
  await until("the tail has a new one", async () =>
    ((await newestOf("rendezvous-fetch-start"))?.at ?? 0) > before,
  );
  await until("the same as the node's own", async () => {
    const [told] = (await node.events()).filter(({ code }) => code === "rendezvous-fetch-start");
    return (await newestOf("rendezvous-fetch-start")).at === told.at;
  });
});

test("9: the share and the streak of rendezvous react to an outage of the beacon", async () => {
  const beacon = JSON.parse(readFileSync(join(folder, "beacon/run.json"), "utf8")).pid;
  const share = async () =>
    Number(/(\d+)\s*%/.exec((await textOf(page, ".rendezvous-share")) ?? "")?.[1] ?? NaN);
  await says(".rendezvous-share", /no failure since the last answer/);
  const healthy = await share();
  let low;
  process.kill(beacon, "SIGSTOP");
  try {
    await button("Refresh peers").click();
    await says(".rendezvous-share", /\d+ failures? in a row/, 60_000);
    await until("the share falls", async () => (await share()) < healthy);
    low = await share();
  } finally {
    process.kill(beacon, "SIGCONT");
  }
  await until("no failure in a row", async () => {
    if (/no failure since/.test(await textOf(page, ".rendezvous-share"))) return true;
    await button("Refresh peers").click();
    return false;
  });
  await button("Refresh peers").click();
  await until("the share rises", async () => (await share()) > low);
});

test("8: signaling shows its endpoint, the beacon its delay, and mesh follows the mesh switch", async () => {
  const { serve } = JSON.parse(readFileSync(join(folder, "beacon/run.json"), "utf8"));
  await says("#signaling", new RegExp(`Connected.*http://${serve}.*In use.*\\d ms`, "s"));
  await says("#rendezvous", /Beacon 1.*answered.*\d ms/s);
  const badge = () => switchOf("Mesh routing").textContent(); // what the page has of the mesh's state in a word
  assert.equal(await badge(), "On");
  await throwAsked("Mesh routing");
  await turned("Mesh routing", false);
  await becomes("its word", badge, "Off");
  await says("#signaling", /Connected/); // the node can be called all the same
  assert.ok((await node.openLinks()).length > 0); // off: links stay
  await throwTo("Mesh routing", true);
  await becomes("its word", badge, "On");
});

/** A fact of an opened row. */
const factOf = async (row, name) => {
  const fact = row.locator("xpath=following-sibling::tr[1]").locator("dl dt", { hasText: name });
  return (await fact.locator("xpath=following-sibling::dd[1]").textContent()).trim();
};
const ageIn = (text) => Number(/^(\d+) s ago$/.exec(text)?.[1] ?? NaN) * 1000;
const isNear = (a, b, tolerance) => Math.abs(a - b) <= tolerance;

test("10: every live link is a row with its round trip and its last activity", async () => {
  const links = await node.openLinks();
  assert.ok(links.length >= 3);
  for (const { nodeId } of links) {
    const row = rowOf(nodeId);
    await row.locator(".row-button").click();
    await until(`the same of ${nodeId}`, async () => {
      const link = (await node.openLinks()).find((one) => one.nodeId === nodeId);
      const shown = Number(await row.locator("td.col-roundTrip b").textContent());
      const active = ageIn(await factOf(row, "Last activity"));
      return (
        isNear(shown, link.rttMs, Math.max(0.5, link.rttMs / 4)) &&
        isNear(active, Date.now() - link.lastActivityAt, 3_000)
      );
    });
    await row.locator(".row-button").click();
  }
});

/* ---- Content ---- */

/** Publishes so many bytes there; answers them with their id. */
/** Nobody but its author is to hold it: who is asked to carry a copy would have it before it is asked for here. */
async function published(source, name, size) {
  const bytes = randomBytes(size);
  const path = join(folder, name);
  writeFileSync(path, bytes);
  const headers = { "content-type": "application/json" };
  const { body } = await source.call("/api/v1/files", { method: "POST", headers, body: JSON.stringify({ path, target: 1 }) });
  const { id } = body.trim().split("\n").map((line) => JSON.parse(line)).find((line) => line.id);
  return { id, bytes };
}

/** Notes in the page what it says of the bytes that come, per second: the figure falls again once they are here, and
 * asking from here may be too late. */
async function noteRates() {
  await page.evaluate(() => {
    window.rates = [];
    const note = () => window.rates.push(document.querySelector(".content-rates .tone-in")?.textContent ?? "");
    note();
    new MutationObserver(note).observe(document.body, { childList: true, characterData: true, subtree: true });
  });
}

function rateIn(text) {
  const [, figure, unit] = /([\d.,]+) (B|KiB|MiB|GiB)\/s/.exec(text) ?? [null, "0", "B"];
  return Number(figure.replace(/,/g, "")) * 1024 ** ["B", "KiB", "MiB", "GiB"].indexOf(unit);
}
const ratesShown = async () => (await page.evaluate(() => window.rates)).map(rateIn);

test("7: byte counters and the row move while a file is fetched, and what is downloaded is the same", async () => {
  const source = new DemoNode(join(folder, "node-02"));
  const name = "criterion-7.bin";
  const { id, bytes } = await published(source, name, 160 * 1024 ** 2); // more than is synced at once
  const before = (await node.get("/api/v1/bandwidth")).bytesIn;
  const hereNow = async () => (await node.get(`/api/v1/files/${id}/state`)).chunksHere ?? 0;
  await visit("#/content");
  await noteRates();
  const [rateBefore] = await ratesShown();
  const row = page.locator(".file-row", { hasText: name });
  await becomes("what was published is heard of", () => row.textContent(), /Not here/);
  const slicesBefore = await dataIn(node);
  // It stops in the middle, for as long as the page needs to be looked at.
  process.kill(source.pid, "SIGSTOP");
  try {
    await page.locator("#fetch-ids").fill(id);
    await button("Fetch file").click();
    await says("#fetch-file [role=status]", /1 file is on the way/);
    await becomes("it is wanted", () => row.textContent(), /Its list of chunks is awaited$/);
    process.kill(source.pid, "SIGCONT");
    const giveUpAt = Date.now() + 60_000;
    while ((await dataIn(node)) < slicesBefore + 16 * 1024 ** 2) assert.ok(Date.now() < giveUpAt, "slices come");
    process.kill(source.pid, "SIGSTOP");
    await until("chunks of it are here", async () => (await hereNow()) > 0);
    const share = async () => Number(await row.getByRole("progressbar").getAttribute("aria-valuenow"));
    await until("a part of it is here", async () => (await share()) > 0 && (await share()) < 100);
    await becomes("its row", () => row.textContent(), /\d+ of 640 chunks/);
  } finally {
    process.kill(source.pid, "SIGCONT");
  }
  await becomes("its row", () => row.textContent(), /Here fetched here, and kept$/, 120_000);
  const came = async () => (await node.get("/api/v1/bandwidth")).bytesIn - before;
  await until("the counter has them all", async () => (await came()) >= bytes.length);
  await until("the page's figure moved", async () => Math.max(...(await ratesShown())) > rateBefore + 100 * 1024);
  await row.locator(".row-button").click();
  const [download] = await Promise.all([page.waitForEvent("download"), button(`Download ${name}`).click()]);
  assert.ok(readFileSync(await download.path()).equals(bytes), "every byte");
});

test("11: the inventory has last-seen times and the number of those who wait", async () => {
  await throwTo("Manual approval", true);
  waiting.push(...(await Promise.all([1, 2, 3].map(() => guest({ calls: true })))));
  await until("three wait", async () => (await pending()).length === 3, 60_000);
  await says("#pending .panel-note", /^3$/);
  await says("#control-approval-means", /3 peers wait/);
  for (const { nodeId, lastSeenAt } of (await node.get("/api/v1/peers?limit=3")).items) {
    assert.notEqual(lastSeenAt, null);
    const row = rowOf(nodeId);
    await row.locator(".row-button").click();
    await until(`when ${nodeId} was seen`, async () => {
      const { items } = await node.get("/api/v1/peers?limit=50");
      const { lastSeenAt: at } = items.find((peer) => peer.nodeId === nodeId);
      return isNear(ageIn(await factOf(row, "Last seen")), Date.now() - at, 3_000);
    });
    await row.locator(".row-button").click();
  }
  await visit("#/");
  await says(".net-figures", /3 waiting/);
  await visit("#/node");
});

test("20: who is approved or rejected is gone within 5 s", async () => {
  for (const [deed, { nodeId }] of [["Reject", waiting[0]], ["Approve", waiting[1]]]) {
    await pendingOf(nodeId).getByRole("button", { name: new RegExp(`^${deed}`) }).click();
    await until(`${deed}: gone`, async () => (await pendingOf(nodeId).count()) === 0, 5_000);
    await until("the node says so, too", async () => !(await pending()).some((peer) => peer.nodeId === nodeId));
  }
  await until("the approved one is linked", () => isLinked(waiting[1]));
  assert.equal(await isLinked(waiting[0]), false);
});

test("19: removing a block updates the list, and who waited waits again", async () => {
  const { nodeId } = waiting[2];
  await pendingOf(nodeId).waitFor();
  await block(nodeId, "Both");
  await until("it waits no more", async () => (await pendingOf(nodeId).count()) === 0);
  await blockOf(nodeId).getByRole("button", { name: /^Remove/ }).click();
  await says("#blocks", /Nobody is blocked/);
  await waiting[2].kill();
  await waiting[2].start(); // calls at once, where it would wait for its back-off
  await pendingOf(nodeId).waitFor();
  await throwTo("Manual approval", false);
  await until("nobody has to wait", async () => (await count("#pending")) === 0);
});

test("13: the drawer streams live, 25 at a time", async () => {
  await visit("#/node?events");
  const rows = page.locator(".event-row");
  await rows.first().waitFor();
  await page.locator(".event-chips").getByRole("button", { name: /^Debug/ }).click();
  await says(".drawer-foot", /25 of \d+ shown/);
  for (const [word, on] of [["autoconnect.off", "off"], ["autoconnect.on", "on"]]) {
    assert.equal((await control(word)).code, 0);
    await until(`${word} is in the drawer`, async () =>
      (await rows.allTextContents()).some((text) => text.includes(word)),
    );
    assert.equal(await rows.count(), 25, on);
  }
  await button("Older").click();
  await until("the next ones", async () => (await rows.count()) > 25);
  assert.ok((await rows.count()) <= 50);
  await page.keyboard.press("Escape");
});

test("14: pause and resume log mesh-control in the tail and in the drawer", async () => {
  await throwAsked("Pause incoming");
  await turned("Pause incoming", true);
  await throwTo("Pause incoming", false);
  await throwAsked("Pause all");
  await turned("Pause all", true);
  assert.equal((await control("resume")).code, 0);
  await turned("Pause all", false);
  const told = [
    /pause\.inbound applied: no links are taken from callers/,
    /pause\.inbound reverted/,
    /pause\.all applied: no new links are made/,
    /resume applied: every pause is over/,
  ];
  for (const what of told) await logs(new RegExp(`${what.source}.*mesh-control`));
  await visit("#/node?events");
  await page.locator("#find-event").fill("mesh-control");
  const rows = page.locator(".event-row");
  for (const what of told)
    await until(`the drawer says ${what}`, async () =>
      (await rows.allTextContents()).some((text) => what.test(text) && /mesh-control/.test(text)),
    );
  await page.keyboard.press("Escape");
});

/** By hand, in the form over the peers; what is refused is said in it. */
async function connect({ nodeId, listen }) {
  await button("Connect to…").click();
  await page.locator("#connect-by-hand").fill(`${nodeId}@${listen}`);
  await page.locator("#connect-by-hand").press("Enter");
}

test("18: an outbound block stops calls by hand, an inbound one does not", async () => {
  [apart.out, apart.in] = await Promise.all([guest({ calls: false }), guest({ calls: false })]);
  await block(apart.out.nodeId, "Outgoing");
  await block(apart.in.nodeId, "Incoming");
  await connect(apart.out);
  await says(".ask [role=alert]", /It is blocked.*A block of this node forbids to call it/s);
  await page.keyboard.press("Escape");
  assert.equal(await isLinked(apart.out), false);
  await connect(apart.in);
  await until("no form", async () => (await count(".ask[open]")) === 0);
  await until("the other is linked", () => isLinked(apart.in));
  await rowOf(apart.in.nodeId).waitFor();
  const { direction } = (await node.openLinks()).find((link) => link.nodeId === apart.in.nodeId);
  assert.equal(direction, "outbound");
});

test("17: blocks of one direction survive a restart, and are shown as such", async () => {
  await again();
  for (const [{ nodeId }, shown, told] of [[apart.out, /outgoing/, "out"], [apart.in, /incoming/, "in"]]) {
    assert.match(await blockOf(nodeId).textContent(), shown);
    const { items } = await node.get("/api/v1/blocks");
    assert.equal(items.find((one) => one.nodeId === nodeId).direction, told);
  }
  for (const { nodeId } of [apart.out, apart.in]) {
    await blockOf(nodeId).getByRole("button", { name: /^Remove/ }).click();
    await until("it is off the list", async () => (await blockOf(nodeId).count()) === 0);
  }
});

test("16: diagnostics that are emptied do not break the page", async () => {
  await visit("#/node?events");
  await page.locator("#find-event").fill("nothing is called like this");
  await says(".drawer-body", /No event matches/);
  await page.keyboard.press("Escape");
  await page.locator("#diagnostics .event-line").first().waitFor();
  const restartedAt = Date.now();
  await node.again(); // its log is new; the page stays open meanwhile, and goes on by itself
  await live();
  await quietly(async () => {
    await until("the tail goes on", async () => {
      const at = await page.locator("#diagnostics time").first().getAttribute("datetime");
      return Date.parse(at) >= restartedAt;
    });
    await visit("#/node?events");
    await page.locator("#find-event").fill("manager-started");
    await page.locator(".event-row", { hasText: "this node is" }).first().waitFor();
    await page.keyboard.press("Escape");
    assert.doesNotMatch(await page.locator("body").innerText(), /undefined|NaN|\[object/);
  });
});

/* Each flag: its switch on the page, and how it is thrown. */
const flags = {
  autoconnect: { name: "Auto-connect", thrown: false },
  approval: { name: "Manual approval", thrown: true },
  "pause-inbound": { name: "Pause incoming", thrown: true, asks: true },
  "pause-outbound": { name: "Pause outgoing", thrown: true, asks: true },
  "pause-all": { name: "Pause all", thrown: true, asks: true },
  isolate: { name: "Isolate", thrown: true, asks: true },
};

/** The page, the API and the command line say the same of all six. */
async function agree(areThrown) {
  const wanted = Object.fromEntries(Object.entries(flags).map(([flag, { thrown }]) => [flag, thrown === areThrown]));
  const of = (items) => Object.fromEntries(Object.keys(flags).map((flag) => [flag, items.find(({ name }) => name === flag).on]));
  for (const [flag, { name }] of Object.entries(flags)) await turned(name, wanted[flag]);
  await becomes("the API", async () => of((await node.get("/api/v1/controls")).items), wanted);
  await becomes("the command line", async () => of(JSON.parse((await control("--json")).out).items), wanted);
}

test("5: each of the six flags persists, and agrees wherever it is shown", async () => {
  await agree(false);
  await linked(1);
  for (const { name, thrown, asks } of Object.values(flags)) {
    if (asks) await throwAsked(name);
    else await switchOf(name).click();
    await turned(name, thrown);
  }
  const keep = page.getByRole("button", { name: /^Keep on: Isolate/ });
  if ((await node.get("/api/v1/controls")).items.some(({ revertsAt }) => revertsAt !== null))
    await keep.click();
  await until("nothing goes back by itself", async () =>
    (await node.get("/api/v1/controls")).items.every(({ revertsAt }) => revertsAt === null),
  );
  await agree(true);
  await page.reload();
  await live();
  await agree(true);
  await again();
  await agree(true);
  for (const { name, thrown } of Object.values(flags)) await throwTo(name, !thrown);
  await agree(false);
});

test("3: with the network off the dashboard loads, warns, and no panel fails", async () => {
  await throwAsked("Network");
  await says("h1", /^Network off$/);
  await button("Keep off: Network turned off").click();
  await quietly(async () => {
    await page.reload();
    await live();
    await says("h1", /^Network off$/);
    await says("#verdict", /No peer can reach this node, and it calls nobody/);
    for (const panel of ["operations", "stats", "peers", "mesh", "rendezvous", "controls", "blocks", "diagnostics"])
      await page.locator(`#${panel} h2`).first().waitFor();
    assert.equal(await count(".refused"), 0);
    assert.doesNotMatch(await page.locator("body").innerText(), /undefined|NaN|\[object/);
  });
  await throwTo("Network", true);
});

test("15: a missing Ed25519 has its badge with the reason", async () => {
  const options = `${process.env.ASAN_OPTIONS ?? ""}:verify_asan_link_order=0`;
  await again(["env", `LD_PRELOAD=${library}`, `ASAN_OPTIONS=${options}`]);
  await quietly(async () => {
    await says("h1", /^Cut off/);
    assert.equal(await awaitedText(page, "#rendezvous .badge"), "No Ed25519 on this machine");
    await says("#rendezvous", /a capability is missing, so this node takes no part/);
    await says("#verdict", /Ed25519/);
    assert.doesNotMatch(await page.locator("body").innerText(), /undefined|NaN|\[object/);
  });
});
