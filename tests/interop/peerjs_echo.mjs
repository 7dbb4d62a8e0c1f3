// SPDX-License-Identifier: Apache-2.0
// `skep echo` against the unchanged peerjs in Chromium, through the reference's signaling server: the page dials, or is
// dialled; every serialization, ordered and unordered, from one byte to 16 MiB; bursts, many connections at once, pages
// that go without a word, connections made and closed over and over.
//
//   node peerjs_echo.mjs SKEP [--dialled] [--cycles 30] [--parallel 12] [--only values,sizes,...] [--short]
//     [--hide-addresses] [--own-signaling | --signal URL] [--seconds 170] [--loud]
//
// The long form, on a release build: --cycles 1000 --parallel 20 --seconds 600. With --signal another server than the
// reference's is used, with --own-signaling that of a node. Memory and descriptors of the endpoint are looked at before
// and after the cycles.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Checks, argumentsOf, bounded, freePort, listening, sleep, start, until } from "./lib/checks.mjs";
import { call, openPeerjs } from "./lib/peerjs_browser.mjs";

const options = argumentsOf(process.argv.slice(2));
const skep = options._[0];
const checks = new Checks(options.dialled ? "peerjs_echo dialled" : "peerjs_echo");
const wants = (what) => !options.only || String(options.only).split(",").includes(what);
const SIZES = options.short
  ? [1, 16299, 16300, 16301, 65536, 1 << 20]
  : [1, 16299, 16300, 16301, 65536, 1 << 20, 16 << 20];
const WAYS = ["binary", "json", "raw"].flatMap((serialization) => [
  { serialization, reliable: true },
  { serialization, reliable: false },
]);
const wayName = ({ serialization, reliable }) => `${serialization} ${reliable ? "ordered" : "unordered"}`;
const own = `${process.pid}x${Math.random().toString(36).slice(2, 8)}`;

/** The reference's signaling server, or that of a node (`--own-signaling`); one that can be ended and begun again. */
async function startSignaling(cleanup) {
  if (options.signal) return { url: new URL(options.signal) };
  const port = await freePort();
  const signaling = { url: new URL(`http://127.0.0.1:${port}/`) };
  const data = mkdtempSync(join(tmpdir(), "skep-signaling-"));
  const node = ["run", "--data", data, "--roles", "signaling", "--serve", `127.0.0.1:${port}`, "--api", "127.0.0.1:0"];
  const reference = [fileURLToPath(new URL("lib/peer_server.mjs", import.meta.url)), String(port)];
  signaling.begin = async () => {
    signaling.server = options["own-signaling"] ? start(skep, node) : start(process.execPath, reference);
    if (!(await listening(port))) throw new Error(`the signaling server does not start: ${signaling.server.out}`);
  };
  cleanup.push(async () => {
    await signaling.server.stop();
    rmSync(data, { recursive: true, force: true });
  });
  await signaling.begin();
  return signaling;
}

function startEcho(cleanup, args) {
  const echo = start(skep, ["echo", ...args], { isLoud: Boolean(options.loud) });
  cleanup.push(() => echo.stop());
  return echo;
}

const kibibytes = (pid) => Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]);
const descriptors = (pid) => readdirSync(`/proc/${pid}/fd`).length;

async function converse(page, number, name) {
  if (wants("values")) checks.all(await call(page, "values", number), `values: ${name}: `);
  if (wants("sizes")) checks.all(await call(page, "sizes", number, SIZES), `sizes: ${name}: `);
  if (wants("burst")) checks.all([await call(page, "burst", number, 400)], `burst: ${name}: `);
  checks.all(await call(page, "rest", number), `${name}: `);
}

/** The page dials, in every way. */
async function checkWays(page, id) {
  for (const way of WAYS) {
    const name = wayName(way);
    const opened = await call(page, "dial", id, way).catch((error) => ({ error: error.message }));
    if (!checks.ok(`open: ${name}`, opened.ordered === way.reliable, opened, opened.ms)) continue;
    await converse(page, opened.number, name);
    await call(page, "close", opened.number);
  }
}

async function checkClose(page, id) {
  for (const serialization of ["binary", "json"]) {
    const { number } = await call(page, "dial", id, { serialization, reliable: true });
    checks.all([await call(page, "echo", number, "echo before closing", { bye: 1 })], `close: ${serialization}: `);
    await call(page, "close", number, { flush: true });
    const ms = await call(page, "closedWithin", number, 4000);
    checks.ok(
      `close: ${serialization}: close({flush: true}) makes the other end close`,
      ms !== null,
      "no close",
      ms ?? 0,
    );
  }
}

/** A page of its own vanishes while it sends on five connections, or while it dials; another one notices nothing. */
async function checkAbrupt(browser, page, id, enter) {
  const stays = await call(page, "dial", id, { serialization: "binary", reliable: true });
  for (const how of ["while it sends", "while it dials"]) {
    const victim = await browser.page();
    const name = `gone${how.length}${own}`;
    await enter(victim, name);
    if (how === "while it sends") {
      for (const way of WAYS.slice(0, 5)) {
        const { number } = await call(victim, "dial", id, way);
        victim.evaluate((one) => void window.tool.pour(one), number).catch(() => {});
      }
      await sleep(600);
    } else {
      await call(victim, "dialMany", id, 6);
      await sleep(30);
    }
    await victim.close({ runBeforeUnload: false });
    const survived = [await call(page, "echo", stays.number, "another goes on", "still here")];
    survived.push(await call(page, "echoBytes", stays.number, "with pieces, too", 200_000));
    checks.all(survived, `abrupt: a page goes ${how}: `);
    const again = await browser.page();
    await enter(again, name);
    const { number } = await call(again, "dial", id, { serialization: "json" });
    checks.all([await call(again, "echo", number, "its id is answered again", "back")], `abrupt: a page goes ${how}: `);
    await again.close();
  }
  await call(page, "close", stays.number);
}

/** A browser that stands still while its page sends: neither reads nor closes. */
async function checkFrozen(page, id, echo, enter) {
  const frozen = await openPeerjs();
  const victim = await frozen.page();
  await enter(victim, `frozen${own}`);
  for (const serialization of ["binary", "raw"]) {
    const { number } = await call(victim, "dial", id, { serialization, reliable: true });
    victim.evaluate((one) => void window.tool.pour(one), number).catch(() => {});
  }
  const { number } = await call(page, "dial", id, { serialization: "binary", reliable: true });
  await sleep(1000);
  const before = kibibytes(echo.pid);
  const gone = () => echo.out.split("the other end, or its network, is gone").length - 1;
  const goneBefore = gone();
  const stopped = frozen.processes();
  checks.ok("frozen: the browser has processes", stopped.length > 2, stopped);
  for (const pid of stopped) process.kill(pid, "SIGSTOP");
  const began = Date.now();
  try {
    const isLost = await until(() => gone() - goneBefore === 2, 30_000, 100);
    checks.ok(
      "frozen: the endpoint gives up a browser that stands still",
      isLost,
      echo.out.slice(-300),
      Date.now() - began,
    );
    checks.all([await call(page, "echo", number, "another goes on", "still here")], "frozen: ");
    const grown = kibibytes(echo.pid) - before;
    checks.ok("frozen: what it does not read is not gathered", grown < 40 * 1024, `${grown} KiB`);
  } finally {
    for (const pid of stopped) process.kill(pid, "SIGCONT");
    await frozen.close();
  }
  await call(page, "close", number);
}

async function checkCycles(page, id, echo) {
  const count = Number(options.cycles ?? 30);
  await call(page, "cycles", id, 10, 30_000); // what is made once is made
  await sleep(1000);
  const before = { rss: kibibytes(echo.pid), fds: descriptors(echo.pid) };
  const began = Date.now();
  const outcome = await call(page, "cycles", id, count, (Number(options.seconds ?? 170) - 20) * 1000);
  checks.ok(
    `cycles: ${count} times dialled, echoed, closed`,
    outcome.count === count && outcome.bad.length === 0,
    outcome,
    Date.now() - began,
  );
  checks.info("cycles: ms until open", { median: outcome.median, p95: outcome.p95, worst: outcome.worst });
  let after = before;
  for (let i = 0; i < 50; i++) {
    after = { rss: kibibytes(echo.pid), fds: descriptors(echo.pid) };
    if (after.fds <= before.fds) break;
    await sleep(200);
  }
  checks.info("cycles: KiB resident and descriptors, before and after", [before, after]);
  checks.ok("cycles: no descriptor is left over", after.fds <= before.fds, [before, after]);
  const grown = after.rss - before.rss;
  // A sanitizer keeps what was freed for a while, so there is nothing to be said about its memory.
  if (process.env.SKEP_SANITIZED !== "1")
    checks.ok("cycles: memory does not grow", grown < 2048 + count * 2, `${grown} KiB`);
}

/** Signaling is how ends find each other, not what holds them together. */
async function checkSignaling(browser, page, id, echo, signaling, enter) {
  if (!signaling.server) return;
  const { number } = await call(page, "dial", id, { serialization: "binary", reliable: true });
  await signaling.server.stop();
  checks.ok("signaling: the endpoint notices that it is gone", await echo.says("signaling: "), echo.out.slice(-300));
  checks.all([await call(page, "echo", number, "a connection goes on without it", "still here")], "signaling: ");
  const before = echo.out.split("ready: ").length;
  await signaling.begin();
  const isBack = await until(() => echo.out.split("ready: ").length > before, 20_000);
  checks.ok("signaling: the endpoint is there again by itself", isBack, echo.out.slice(-300));
  checks.all([await call(page, "echo", number, "the connection goes on", "still here")], "signaling: ");
  const late = await browser.page();
  await enter(late, `late${own}`);
  const opened = await call(late, "dial", id, { serialization: "json" });
  checks.all([await call(late, "echo", opened.number, "and is dialled again", { back: true })], "signaling: ");
  await late.close();
}

/** The endpoint is asked to end while a page sends on several connections, and another is quiet. */
async function checkEnd(page, id, echo) {
  const { number } = await call(page, "dial", id, { serialization: "binary" });
  checks.all([await call(page, "echo", number, "the next one works", [1, 2])], "end: ");
  const busy = [];
  for (const way of WAYS) {
    const opened = await call(page, "dial", id, way);
    page.evaluate((one) => void window.tool.pour(one), opened.number).catch(() => {});
    busy.push(opened.number);
  }
  await sleep(300);
  const exit = await echo.stop("SIGTERM", 9000);
  for (const [what, numbers] of Object.entries({ "a quiet connection": [number], "those that are sent on": busy })) {
    const closed = await Promise.all(numbers.map((one) => call(page, "closedWithin", one, 6000)));
    checks.ok(`end: SIGTERM closes ${what} at the page`, !closed.includes(null), closed, Math.max(...closed));
  }
  checks.ok("end: the endpoint leaves with 0", exit === 0, exit);
}

async function dialledChecks(cleanup, signal, page, pageId) {
  for (const [i, way] of WAYS.entries()) {
    const args = [
      "--signal",
      signal.href,
      "--dial",
      pageId,
      "--serialization",
      way.serialization,
      "--label",
      `try ${i}`,
    ];
    const echo = startEcho(cleanup, way.reliable ? args : [...args, "--unordered"]);
    const arrived = await call(page, "accepted", 25_000);
    const name = `dialled: ${wayName(way)}`;
    if (!checks.ok(`${name}: it comes and opens`, arrived, echo.out.slice(-300), arrived?.ms)) continue;
    const isAsked =
      arrived.ordered === way.reliable && arrived.reliable === way.reliable && arrived.label === `try ${i}`;
    checks.ok(`${name}: as it was asked for`, isAsked, arrived);
    await converse(page, arrived.number, name);
    if (i % 2 === 0) {
      await call(page, "close", arrived.number);
      const exit = await echo.ended();
      checks.ok(`${name}: when the page closes, the endpoint leaves with 0`, exit === 0, exit);
    } else {
      const exit = await echo.stop("SIGTERM");
      const ms = await call(page, "closedWithin", arrived.number, 6000);
      checks.ok(`${name}: the page sees a close when the endpoint ends`, ms !== null && exit === 0, exit, ms ?? 0);
    }
  }
  const echo = startEcho(cleanup, ["--signal", signal.href, "--dial", `nobody${own}`]);
  checks.ok("dialled: nobody is there: 5", (await echo.ended(15_000)) === 5, [echo.exit, echo.out.slice(-300)]);
}

async function dialChecks(cleanup, signaling, browser, page, enter) {
  const id = `echo${own}`;
  const echo = startEcho(cleanup, ["--signal", signaling.url.href, "--id", id]);
  if (!checks.ok("the endpoint is ready", await echo.says(`ready: ${id}`), echo.out)) return;
  if (["values", "sizes", "burst"].some(wants)) await checkWays(page, id);
  if (wants("close")) await checkClose(page, id);
  if (wants("parallel")) {
    const count = Number(options.parallel ?? 12);
    const { bad, openMs, totalMs } = await call(page, "parallel", id, count, 20);
    checks.ok(`parallel: ${count} at once, 20 messages and one in pieces each`, bad.length === 0, bad, totalMs);
    checks.info("parallel: ms until all are open", String(openMs));
  }
  if (wants("cycles")) await checkCycles(page, id, echo);
  if (wants("frozen")) await checkFrozen(page, id, echo, enter);
  if (wants("abrupt")) await checkAbrupt(browser, page, id, enter);
  if (wants("signaling")) await checkSignaling(browser, page, id, echo, signaling, enter);
  const last = await browser.page(); // the first one lost its server, and does not look for it again
  await enter(last, `last${own}`);
  await checkEnd(last, id, echo);
}

await bounded(checks, Number(options.seconds ?? 170), async (cleanup) => {
  const signaling = await startSignaling(cleanup);
  const signal = signaling.url;
  const browser = await openPeerjs({ hidesAddresses: Boolean(options["hide-addresses"]) });
  cleanup.push(() => browser.close());
  const page = await browser.page();
  const pageId = `page${own}`;
  const server = {
    host: signal.hostname,
    port: Number(signal.port),
    path: signal.pathname,
    secure: signal.protocol === "https:",
  };
  const enter = (one, id) => call(one, "join", id, server);
  const { id, ms } = await enter(page, pageId);
  checks.ok("the page is known at the signaling server", id === pageId, id, ms);
  if (options.dialled) await dialledChecks(cleanup, signal, page, pageId);
  else await dialChecks(cleanup, signaling, browser, page, enter);
  checks.ok("no script of a page failed", browser.errors.length === 0, browser.errors);
});
