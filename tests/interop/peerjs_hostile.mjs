// SPDX-License-Identifier: Apache-2.0
// `skep echo` against a page that speaks signaling and the channel by hand: in another order than the library, for
// somebody else, too often, and wrongly. What it must not do is noticed by a connection that goes on meanwhile.
//   node peerjs_hostile.mjs SKEP

import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Checks, argumentsOf, bounded, freePort, listening, start } from "./lib/checks.mjs";
import { openChromium, serve } from "./lib/peerjs_browser.mjs";

const options = argumentsOf(process.argv.slice(2));
const [skep] = options._;
const here = dirname(fileURLToPath(import.meta.url));
const checks = new Checks("peerjs_hostile");
const own = `${process.pid}x${Math.random().toString(36).slice(2, 8)}`;
const PER_PEER = 32; // PEERJS_CONNECTIONS_PER_PEER
const ALL = 128; // PEERJS_CONNECTIONS_MAX, of which the one that goes on has a place

/** Each runs in the page, with { Call, join, sleep, redial, url, id, me }; what it gives is what should be true. */
const CASES = {
  "candidates may come before their offer": async ({ Call, me, id }) => {
    const call = new Call(me, id);
    call.isDeaf = true; // it hears of no address of the other end, so that end has to find this one
    await call.prepare();
    call.sayCandidates();
    call.sayOffer();
    return (await call.isOpenWithin(6000)) && (await call.echoes());
  },
  "an offer for a connection that does not open takes its place": async ({ Call, me, id, sleep }) => {
    const old = new Call(me, id, { connectionId: "dc_twice" });
    old.isDeaf = true;
    await old.prepare();
    old.sayOffer(); // and no candidates: neither end finds the other
    await sleep(300);
    const anew = new Call(me, id, { connectionId: "dc_twice" });
    return (await anew.dial()) && !(await old.isOpenWithin(0)) && anew.echoes();
  },
  "an offer for a connection that is open ends nothing": async ({ Call, me, id, sleep }) => {
    const old = new Call(me, id, { connectionId: "dc_open" });
    if (!(await old.dial()) || !(await old.echoes())) return "it did not open";
    const anew = new Call(me, id, { connectionId: "dc_open" });
    await anew.prepare();
    anew.sayOffer();
    await sleep(500);
    return !anew.isAnswered && old.echoes();
  },
  "a call of video is passed over, and data is not": async ({ Call, me, id }) => {
    const [media, data] = [new Call(me, id, { changes: { type: "media" } }), new Call(me, id)];
    const opened = await data.dial();
    await media.prepare();
    media.sayOffer();
    media.sayCandidates();
    return opened && !(await media.isOpenWithin(1000)) && !media.isAnswered && data.echoes();
  },
  "an offer that says what we do not speak is passed over": async ({ Call, me, id, sleep }) => {
    const wrong = [
      { serialization: "MsgPack" },
      { serialization: null },
      { connectionId: "" },
      { sdp: null },
      { sdp: { type: "offer", sdp: "v=0\r\n" } },
    ];
    const calls = wrong.map((changes) => new Call(me, id, { changes }));
    await Promise.all(calls.map((call) => call.prepare()));
    for (const call of calls) call.sayOffer();
    await sleep(500);
    return calls.every((call) => !call.isAnswered) && new Call(me, id).dial();
  },
  "nobody ends, changes or answers the connection of another": async ({ Call, join, me, id, url, sleep }) => {
    const call = new Call(me, id, { connectionId: "dc_mine" });
    const other = await join(url, `${me.id}other`);
    if (!(await call.dial())) return "it did not open";
    other.say("LEAVE", id);
    other.say("OFFER", id, {
      sdp: call.offer,
      type: "data",
      connectionId: "dc_mine",
      reliable: true,
      serialization: "raw",
    });
    call.sayCandidates(other);
    other.say("ANSWER", id, { sdp: { type: "answer", sdp: call.offer.sdp }, type: "data", connectionId: "dc_mine" });
    await sleep(300);
    return call.echoes();
  },
  "who leaves signaling keeps what is open": async ({ Call, join, me, id, url, sleep }) => {
    const leaver = await join(url, `${me.id}leaver`);
    const call = new Call(leaver, id);
    if (!(await call.dial())) return "it did not open";
    leaver.say("LEAVE", id);
    await sleep(300);
    return call.echoes();
  },
  "who leaves signaling while it opens is waited for": async ({ Call, join, me, id, url, sleep }) => {
    const leaver = await join(url, `${me.id}leaver`);
    const [call, never] = [new Call(leaver, id), new Call(leaver, id)];
    for (const each of [call, never]) {
      await each.prepare();
      each.isDeaf = true; // the other end has to find it, and of `never` it hears no address
      each.sayOffer();
    }
    for (let i = 0; i < 300 && !(call.isAnswered && never.isAnswered); i++) await sleep(10);
    leaver.say("LEAVE", id);
    call.sayCandidates();
    return (await call.isOpenWithin(4000)) && call.echoes();
  },
  "a label is no order to a terminal": async ({ Call, me, id }) => {
    const call = new Call(me, id, {
      changes: { label: "\u001b[31m\u0007\n\u009bred", metadata: { a: "\u001b[2J\n" } },
    });
    return (await call.dial()) && call.echoes();
  },
  "payloads that are none do no harm": async ({ Call, me, id, sleep }) => {
    for (const type of ["OFFER", "ANSWER", "CANDIDATE"]) {
      for (const payload of [null, 1, "x", [], {}, { type: "data" }, { type: "data", connectionId: "x".repeat(3000) }])
        me.say(type, id, payload);
    }
    for (let i = 0; i < 300; i++) {
      me.say("CANDIDATE", id, {
        type: "data",
        connectionId: `dc_never${i}`,
        candidate: { candidate: "x".repeat(800) },
      });
    }
    await sleep(300);
    const call = new Call(me, id);
    return (await call.dial()) && call.echoes();
  },
  "a frame that is no value is lost, and the next one is not": async ({ Call, me, id }) => {
    const call = new Call(me, id);
    const frames = [
      "",
      "c0",
      "c1",
      "c4",
      "91",
      "dfffffffff",
      "d9ffffffff61",
      "91".repeat(65) + "01",
      "810101",
      "b2c328",
      "0101",
      "91cb7ff8000000000000",
    ];
    if (!(await call.dial())) return "it did not open";
    for (const frame of frames) call.send(frame);
    call.channel.send("a text where bytes belong");
    return call.echoes();
  },
  "what a browser would read wrongly comes back right": async ({ Call, me, id }) => {
    const call = new Call(me, id);
    if (!(await call.dial())) return "it did not open";
    call.send("92cb0000000000000000d3fffffffed5fa0e00");
    return (await call.next()) === "9200cbc1f2a05f20000000";
  },
  "an order to close is followed": async ({ Call, me, id }) => {
    const call = new Call(me, id);
    if (!(await call.dial())) return "it did not open";
    call.send("81ba5f5f706565724461746181b474797065b5636c6f7365");
    return call.isClosedWithin(3000);
  },
  "pieces that cannot be a message end the connection": async ({ Call, me, id }) => {
    const piece = (id, n, data, total) => `84ba5f5f7065657244617461${id}b16e${n}b464617461${data}b5746f74616c${total}`;
    const wrong = {
      "more than there may be": piece("01", "00", "a161", "ceffffffff"),
      "a number beyond the total": piece("01", "05", "a161", "02"),
      "a piece too short": piece("01", "00", "a161", "02"),
      "no piece at all": piece("01", "00", "a161", "00"),
    };
    for (const [what, frame] of Object.entries(wrong)) {
      const call = new Call(me, id);
      if (!(await call.dial())) return `${what}: it did not open`;
      call.send(frame);
      if (!(await call.isClosedWithin(3000))) return what;
    }
    return true;
  },
  "a piece within a message of pieces is no message": async ({ Call, me, id }) => {
    const call = new Call(me, id);
    const inner = "84ba5f5f706565724461746102b16e00b464617461a161b5746f74616c01";
    const size = (inner.length / 2).toString(16).padStart(4, "0");
    if (!(await call.dial())) return "it did not open";
    call.send(`84ba5f5f706565724461746101b16e00b464617461da${size}${inner}b5746f74616c01`);
    return call.echoes();
  },
  "one page gets so many connections, and has them back when it closes some": async ({
    Call,
    join,
    me,
    id,
    url,
    redial,
    perPeer,
  }) => {
    const many = await join(url, `${me.id}many`);
    const calls = Array.from({ length: perPeer }, () => new Call(many, id));
    const opened = await Promise.all(calls.map((call) => call.dial()));
    if (!opened.every(Boolean)) return `${opened.filter(Boolean).length} opened`;
    const over = new Call(many, id);
    await over.prepare();
    over.sayOffer();
    over.sayCandidates();
    if (await over.isOpenWithin(1000)) return "one too many was answered";
    if (!(await new Call(me, id).dial())) return "somebody else is not answered";
    for (const call of calls) call.end();
    return redial(many);
  },
  "all pages together get so many, and others have the places that are given back": async ({
    Call,
    join,
    me,
    id,
    url,
    redial,
    perPeer,
    all,
  }) => {
    const opened = [];
    for (let i = 0; opened.length < all - 1 && i < 10; i++) {
      const caller = await join(url, `${me.id}crowd${i}`);
      const calls = Array.from({ length: Math.min(perPeer, all - 1 - opened.length) }, () => new Call(caller, id));
      const outcomes = await Promise.all(calls.map((call) => call.dial()));
      opened.push(...calls.filter((_, n) => outcomes[n]));
    }
    if (opened.length !== all - 1) return `${opened.length} opened`;
    if (await new Call(me, id).dial()) return "one too many was answered";
    for (const call of opened) call.end();
    return redial(me);
  },
};

async function startSignaling(cleanup) {
  const port = await freePort();
  const server = start(process.execPath, [join(here, "lib", "peer_server.mjs"), String(port)]);
  cleanup.push(() => server.stop());
  if (!(await listening(port))) throw new Error(`the signaling server does not start: ${server.out}`);
  return `127.0.0.1:${port}/`;
}

async function openPage(cleanup) {
  const site = await serve(
    { "/signaling_page.js": join(here, "lib", "signaling_page.js") },
    '<!doctype html><meta charset=utf-8><title>caller</title><script src="/signaling_page.js"></script>',
  );
  const browser = await openChromium(site.origin);
  cleanup.push(async () => {
    await browser.close();
    site.close();
  });
  const page = await browser.context.newPage();
  await page.goto(`${site.origin}/`);
  return page;
}

await bounded(checks, Number(options.seconds ?? 150), async (cleanup) => {
  const server = await startSignaling(cleanup);
  const id = `echo${own}`;
  const echo = start(skep, ["echo", "--signal", `http://${server}`, "--id", id], { isLoud: Boolean(options.loud) });
  cleanup.push(() => echo.stop());
  if (!checks.ok("the endpoint is ready", await echo.says(`ready: ${id}`), echo.out)) return;
  const lonely = start(skep, ["echo", "--signal", `http://${server}`, "--id", `lonely${own}`, "--dial", `nobody${own}`]);
  cleanup.push(() => lonely.stop());
  const page = await openPage(cleanup);
  for (const [i, [name, run]] of Object.entries(CASES).entries()) {
    const began = Date.now();
    const code = `async (given) => {
      const { join, Call, sleep } = window.tool;
      const me = await join(given.url, given.name);
      const redial = async (caller) => { // a place is given back when the end of another has been heard
        for (let i = 0; i < 4; i++) {
          const again = new Call(caller, given.id);
          if (await again.dial(3000)) return again.echoes();
        }
        return "no place was given back";
      };
      window.guard ??= new Call(await join(given.url, given.name + "guard"), given.id, { serialization: "binary" });
      if (!window.guard.isAnswered && !(await window.guard.dial())) return "the guard did not open";
      const outcome = await (${run})({ ...given, join, Call, sleep, redial, me });
      for (const call of Call.all) if (call !== window.guard) call.end();
      me.socket.close();
      return outcome === true && !(await window.guard.echoes()) ? "the connection of another broke" : outcome;
    }`;
    const given = { url: `ws://${server}`, id, name: `case${i}${own}`, perPeer: PER_PEER, all: ALL };
    const outcome = await page.evaluate(`(${code})(${JSON.stringify(given)})`).catch((error) => error.message);
    checks.ok(name, outcome === true, outcome, Date.now() - began);
  }
  const isPlain = /^[\n\x20-\x7e\xa0-\uffff]*$/.test(echo.out) && echo.out.includes("label ?[31m???red");
  checks.ok("what it says has nothing in it that moves a terminal", isPlain, echo.out.slice(0, 300));
  const left = echo.out.match(/.*the other end left the signaling server.*/g) ?? [];
  checks.ok("what did not open in that time is ended, once", left.length === 1, left);
  const isNamed = lonely.out.includes("1 closed: the signaling server knows no such peer (0 ");
  checks.ok("a dial to nobody ends with 5 and says so alone", lonely.exit === 5 && isNamed, [lonely.exit, lonely.out]);
  checks.ok("the endpoint still runs", echo.exit === null, [echo.exit, echo.out.slice(-500)]);
  const exit = await echo.stop("SIGTERM");
  checks.ok("and leaves with 0", exit === 0, [exit, echo.out.slice(-500)]);
});
