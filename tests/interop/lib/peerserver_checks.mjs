// SPDX-License-Identifier: Apache-2.0
// What a PeerServer does, checked from outside against any of them. `holds` must be so of each; `quirk` is what the
// reference (npm peer 1.0.2) does and a stricter server need not: the caller says which of them differ, and why.

import { Agent } from "node:http";
import { connect } from "node:net";
import { Client, ask, join, newId, offer, pause, within } from "./signaling_client.mjs";

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

export class Report {
  constructor(name) {
    Object.assign(this, { name, held: 0, failures: [], quirks: new Map() });
  }
  holds(what, isSo, seen) {
    if (isSo) this.held++;
    else this.failures.push(`${what}: ${JSON.stringify(seen)?.slice(0, 300)}`);
    if (!isSo) console.log(`${this.name}: not so: ${what}: ${JSON.stringify(seen)?.slice(0, 300)}`);
  }
  quirk(what, isSo) {
    this.quirks.set(what, Boolean(isSo));
  }
}

async function http(report, place) {
  const root = `http://${place.host}:${place.port}/`;
  const base = root + place.key;
  const origin = "http://page.example:81";
  const one = await ask(`${base}/id?ts=17000000000000.123&version=1.5.5`, { headers: { Origin: origin } });
  report.holds("GET /{key}/id gives an id", one.status === 200 && /^[A-Za-z0-9]+(?:[ _-][A-Za-z0-9]+)*$/.test(one.body), one);
  report.quirk("an id is a UUID of version 4", /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(one.body));
  report.quirk("it is text/html", one.headers["content-type"] === "text/html; charset=utf-8");
  const allowed = one.headers["access-control-allow-origin"];
  report.holds("a page of another origin may read it", allowed === "*" || allowed === origin, one.headers);
  report.quirk("the origin is named, with Vary", allowed === origin && /origin/i.test(one.headers.vary ?? ""));
  const many = await Promise.all(Array.from({ length: 60 }, () => ask(`${base}/id`)));
  report.holds("60 requests at once give 60 ids", new Set(many.map(({ body }) => body)).size === 60 && many.every(({ status }) => status === 200), many[0]);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const [first, second] = [await ask(`${base}/id`, { agent }), await ask(`${base}/id`, { agent })];
  agent.destroy();
  report.holds("one connection takes two requests", first.status === 200 && second.status === 200 && first.body !== second.body, [first, second]);
  const about = await ask(root);
  report.quirk("GET / says what it is", about.status === 200 && about.body.includes('"name":"PeerJS Server"'));
  const ids = await ask(`${base}/peers`);
  report.holds("ids are not listed unless that was chosen", ids.status >= 400 && ids.status < 500 && !ids.body.startsWith("["), ids);
  report.quirk("GET /{key}/peers answers 401", ids.status === 401);
  report.quirk("GET /{key}/id does not look at the key", (await ask(`${root}not-the-key/id`)).status === 200);
  const nothing = await ask(`${base}/nothing`);
  report.holds("what is not there is a 4xx", nothing.status >= 400 && nothing.status < 500, nothing);
  const preflight = await ask(`${base}/id`, { method: "OPTIONS", headers: { Origin: origin, "Access-Control-Request-Method": "GET" } });
  report.quirk("OPTIONS answers 204 with the methods", preflight.status === 204 && preflight.headers["access-control-allow-methods"] !== undefined);
  report.quirk("POST /{key}/id is a 404", (await ask(`${base}/id`, { method: "POST", body: "x" })).status === 404);
}

async function opening(report, place) {
  const a = new Client(place);
  await a.opens();
  report.holds("OPEN comes first, and alone", a.got.length === 1 && a.got[0].type === "OPEN", [a.got, a.error]);
  report.holds("as a text", a.frames[0]?.isText, a.frames[0]);
  report.quirk('OPEN is exactly {"type":"OPEN"}', a.frames[0]?.raw === '{"type":"OPEN"}');
  const b = new Client(place, { id: (await ask(`http://${place.host}:${place.port}/${place.key}/id`)).body });
  report.holds("an id that was given can be used", await b.opens(), b.got);
  const cid = newId();
  const c = new Client(place, { id: cid, query: `version=1.5.5&token=t&extra=1&id=${cid}&key=${place.key}` });
  report.holds("the order of the query does not matter, nor more words in it", await c.opens(), c.got);
  const d = new Client(place, { id: `has space_and-dash ${newId()}` });
  report.holds("an id with blanks is an id", await d.opens(), d.got);
  d.send(offer(a.id));
  report.holds("it is decoded", await a.hears(({ src }) => src === d.id), a.got);
  a.send(offer(d.id));
  report.holds("and can be called", await d.hears(({ type }) => type === "OFFER"), d.got);
  const e = new Client(place, { id: `q"\\<${newId()}` });
  report.quirk("any text is an id", await e.opens());
  e.send(offer(a.id, { quoted: 1 }));
  report.holds("an id with quotes is passed on as JSON", (await a.hears(({ payload }) => payload?.quoted === 1))?.src === e.id, a.got);
  const u = new Client(place, { id: `ñ漢😀${newId()}` });
  report.quirk("it need not be ASCII", await u.opens());
  u.send(offer(a.id, { wide: 1 }));
  report.holds("such an id is passed on as it is", (await a.hears(({ payload }) => payload?.wide === 1))?.src === u.id, a.got);
  for (const client of [a, b, c, d, e, u]) client.close();
}

async function taken(report, place) {
  const a = await join(place);
  const b = await join(place);
  const thief = new Client(place, { id: a.id });
  await thief.ends();
  report.holds("an id in use is taken, to another token", thief.of("ID-TAKEN").length === 1 && thief.of("OPEN").length === 0, thief.got);
  report.holds("who asked for it is sent away", thief.isClosed);
  report.quirk("with the words of the reference", same(thief.got[0]?.payload, { msg: "ID is taken" }));
  b.send(offer(a.id, { after: 1 }));
  report.holds("and whose it is keeps it", a.isAlive && (await a.hears(({ payload }) => payload?.after === 1)), a.got);
  const id = newId();
  const all = Array.from({ length: 12 }, () => new Client(place, { id }));
  await within(4000, () => all.every((client) => client.got.length > 0 || client.isClosed));
  report.holds("of twelve at once one gets it", all.filter((client) => client.of("OPEN").length > 0).length === 1, all.map(({ got }) => got[0]?.type));
  report.holds("and eleven hear that it is taken", all.filter((client) => client.of("ID-TAKEN").length > 0).length === 11, all.map(({ got }) => got[0]?.type));
  for (const client of [...all, a, b]) client.close();
}

const isRefused = (client) => client.isClosed && client.of("OPEN").length === 0 && (client.got[0]?.type === "ERROR" || client.got[0]?.type === "INVALID-KEY" || !client.isUp);

async function refused(report, place) {
  for (const missing of ["id", "token", "key"]) {
    const words = { key: place.key, id: newId(), token: "t" };
    const query = Object.entries(words).filter(([name]) => name !== missing).map(([name, word]) => `${name}=${word}`).join("&");
    const client = new Client(place, { query, beats: false });
    await client.ends();
    report.holds(`nobody is let in without ${missing}`, isRefused(client), [client.got, client.error]);
    report.quirk(`without ${missing}, with the words of the reference`, client.got[0]?.payload?.msg === "No id, token, or key supplied to websocket server");
  }
  const empty = new Client(place, { query: `key=${place.key}&id=&token=t`, beats: false });
  await empty.ends();
  report.holds("nor with an empty id", isRefused(empty), empty.got);
  const wrong = new Client(place, { key: `${place.key}x` });
  await wrong.ends();
  report.holds("nor with another key", isRefused(wrong), [wrong.got, wrong.error]);
  report.quirk("another key, with the words of the reference", same(wrong.got[0], { type: "ERROR", payload: { msg: "Invalid key provided" } }));
  const again = new Client(place, { id: wrong.id, token: wrong.token });
  report.holds("who was refused has reserved nothing", await again.opens(), again.got);
  again.close();
  const elsewhere = new Client(place, { path: "/other" });
  await elsewhere.ends();
  report.holds("another path is no socket", !elsewhere.isUp && elsewhere.isClosed, elsewhere.got);
  const slash = new Client(place, { path: "/peerjs/" });
  await within(3000, () => slash.isClosed || slash.got.length > 0);
  report.quirk("nor is /peerjs/", !slash.isUp);
  slash.close();
  const plain = await ask(`http://${place.host}:${place.port}/peerjs?key=peerjs&id=a&token=b`);
  report.holds("a request that is no upgrade is answered", plain.status >= 400, plain);
}

async function reconnecting(report, place) {
  const b = await join(place);
  const a = await join(place);
  const { id, token } = a;
  const next = new Client(place, { id, token });
  await within(3000, () => next.isUp);
  await within(1500, () => next.of("OPEN").length > 0 && !a.isAlive); // what one of the two says, and the other never
  report.holds("the same token is let in again", next.isAlive && next.of("ID-TAKEN").length === 0, next.got);
  report.quirk("a second socket of a token hears no OPEN", next.of("OPEN").length === 0);
  report.quirk("the first one stays open", a.isAlive);
  a.forget();
  b.send(offer(id, { n: 1 }));
  report.holds("messages go to the new one", await next.hears(({ payload }) => payload?.n === 1), next.got);
  report.holds("and not to the old one", a.got.length === 0, a.got);
  a.close();
  await a.ends();
  await pause(150);
  b.send(offer(id, { n: 2 }));
  report.holds("that the old one ends changes nothing", await next.hears(({ payload }) => payload?.n === 2), next.got);
  next.send(offer(b.id, { n: 3 }));
  report.holds("the new one speaks in the name of the id", (await b.hears(({ payload }) => payload?.n === 3))?.src === id, b.got);
  next.close();
  await next.ends();
  const third = new Client(place, { id, token });
  report.holds("after a close it is let in as anybody", await third.opens(), third.got);
  third.drop();
  let heir;
  await within(5000, async () => {
    heir = new Client(place, { id });
    if (await heir.opens(1000)) return true;
    heir.drop();
    return false;
  }, 100);
  report.holds("after a cut another token may have the id soon", heir.of("OPEN").length === 1, heir.got);
  heir.close();
  b.close();
}

async function relaying(report, place) {
  const [a, b, c] = [await join(place), await join(place), await join(place)];
  const payload = {
    sdp: { type: "offer", sdp: 'v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=é☃😀 "q" \\ /\r\n' }, type: "data", connectionId: "dc_x",
    metadata: { a: [1, 2.5, -3, null, true, { deep: { er: [] } }], big: 9007199254740991, e: "" }, reliable: false,
  };
  b.forget();
  c.forget();
  for (const type of ["OFFER", "ANSWER", "CANDIDATE"]) {
    b.forget();
    a.send({ type, dst: b.id, payload, src: c.id, extra: "x" });
    const message = await b.hears((one) => one.type === type);
    report.holds(`${type} arrives with its payload`, same(message?.payload, payload) && message?.dst === b.id, message);
    report.holds(`${type} comes from its sender, whatever that says`, message?.src === a.id, message);
    report.quirk("members are type, src, dst, payload", same(Object.keys(message ?? {}), ["type", "src", "dst", "payload"]));
    report.holds("it is a text", b.frames[0]?.isText, b.frames[0]);
  }
  report.holds("nobody else hears it", c.got.length === 0, c.got);
  a.send({ type: "LEAVE", dst: b.id, src: "x" });
  report.holds("LEAVE to somebody is passed on", (await b.hears(({ type }) => type === "LEAVE"))?.src === a.id, b.got);
  b.forget();
  a.send({ type: "OFFER", dst: b.id });
  const bare = await b.hears(({ type }) => type === "OFFER", 1000);
  report.quirk("no payload stays none", bare !== undefined && !("payload" in bare));
  a.send({ type: "EXPIRE", dst: b.id });
  report.quirk("EXPIRE of a client is passed on", await b.hears(({ type }) => type === "EXPIRE", 800));
  a.send(offer(a.id, { self: 1 }));
  report.quirk("one may call oneself", await a.hears((one) => one.payload?.self === 1, 800));
  a.send(Buffer.from(JSON.stringify({ type: "CANDIDATE", dst: b.id, payload: { binary: 1 } })));
  report.quirk("JSON in a binary message is as good", await b.hears((one) => one.payload?.binary === 1, 800));
  b.forget();
  for (const type of ["BOGUS", "OPEN", "ID-TAKEN", "ERROR", "INVALID-KEY", "offer", "", "HEARTBEAT"]) a.send({ type, dst: b.id, payload: { msg: "x" } });
  a.send({ dst: b.id, payload: 1 });
  a.send(offer(b.id, { end: 1 }));
  await b.hears((one) => one.payload?.end === 1);
  report.holds("other types are passed on to nobody", b.got.length === 1, b.got);
  report.holds("and do not cost the connection", a.isAlive, a.code);
  b.forget();
  for (let i = 0; i < 300; i++) a.send({ type: i % 3 ? "CANDIDATE" : "OFFER", dst: b.id, payload: { i } });
  await within(5000, () => b.got.length >= 300);
  report.holds("300 messages arrive in order", b.got.length === 300 && b.got.every((one, i) => one.payload.i === i), b.got.length);
  for (const size of [16384, 60000]) {
    b.forget();
    const sdp = "v=0\r\n".padEnd(size, "a=x\r\n");
    a.send(offer(b.id, { sdp }));
    report.holds(`a payload of ${size} bytes passes`, (await b.hears(({ type }) => type === "OFFER"))?.payload.sdp === sdp, b.got.length);
  }
  const bytes = Buffer.from(JSON.stringify(offer(b.id, { cut: "é".repeat(500) })));
  let pongs = 0;
  a.socket.on("pong", () => pongs++);
  a.socket.send(bytes.subarray(0, 101), { fin: false, binary: false });
  a.socket.ping("p");
  a.socket.send(bytes.subarray(101, 702), { fin: false, binary: false });
  a.socket.send(bytes.subarray(702), { fin: true, binary: false });
  report.holds("a message in pieces, with a ping between, is put together", await b.hears((one) => one.payload?.cut === "é".repeat(500)), b.got);
  report.holds("the ping is answered", await within(2000, () => pongs > 0));
  for (const client of [a, b, c]) client.close();
}

const MALFORMED = (id) => [
  "", " ", "{", "not json", "null", "true", "123", '"str"', "[]", "{}", '[{"type":"OFFER"}]', '{"type":null}', '{"type":5,"dst":7}',
  '{"type":{},"dst":[]}', '{"type":"OFFER","dst":null,"payload":1}', '{"type":"OFFER","dst":{},"payload":1}',
  '{"type":"OFFER","dst":["a"],"payload":1}', '{"type":"OFFER","payload":{}}', '{"type":"LEAVE","dst":5}',
  '{"type":"CANDIDATE","dst":"","payload":{}}', `{"type":"OFFER","dst":"${id}","payload":}`, '{"type":"OFFER"}}',
  "{'type':'OFFER'}", "\u0000", `{"type":"OF\\u0000FER","dst":"${id}"}`,
];

const throwBytes = ({ host, port }, bytes) =>
  new Promise((resolve) => {
    const socket = connect(port, host, () => socket.write(bytes));
    socket.on("error", () => {});
    socket.on("data", () => {});
    setTimeout(() => resolve(socket.destroy()), 300);
  });

async function hostility(report, place) {
  const [a, b] = [await join(place), await join(place)];
  let round = 0;
  const othersAreServed = async (after) => {
    const mine = ++round;
    a.send(offer(b.id, { round: mine }));
    report.holds(`others are served after ${after}`, (await b.hears(({ payload }) => payload?.round === mine)) && a.isAlive, b.got);
  };
  let talker = await join(place);
  let lost = 0;
  b.forget();
  for (const text of MALFORMED(b.id)) {
    if (!talker.isAlive) {
      lost++;
      talker = await join(place);
    }
    talker.send(text);
    await pause(8);
  }
  await pause(300);
  report.holds("what is no message reaches nobody", b.got.length === 0, b.got);
  report.quirk("and does not cost the connection", lost === 0 && talker.isAlive);
  talker.close();
  await othersAreServed("what is no message");
  const big = await join(place);
  b.forget();
  big.send(offer(b.id, { big: "x".repeat(4 << 20) }));
  await within(5000, () => big.isClosed || b.got.length > 0);
  report.quirk("a message of 4 MiB is passed on", b.got.length === 1);
  report.holds("it is not passed on in part", b.got.every(({ payload }) => payload?.big?.length === 4 << 20), b.got.length);
  big.drop();
  await othersAreServed("4 MiB");
  const [deep, victim] = [await join(place), await join(place)];
  deep.send(`{"type":"OFFER","dst":"${victim.id}","payload":${"[".repeat(30000)}${"]".repeat(30000)}}`);
  await within(2000, () => !victim.isAlive);
  report.quirk("a payload of 30,000 levels costs its receiver the connection", !victim.isAlive);
  deep.drop();
  victim.drop();
  await othersAreServed("30,000 levels");
  const odd = await join(place);
  odd.socket.send(Buffer.concat([Buffer.from(`{"type":"OFFER","dst":"${b.id}","payload":"`), Buffer.from([0xff, 0xc0, 0x80]), Buffer.from('"}')]), { binary: false });
  await odd.ends(1500);
  report.quirk("a text that is not UTF-8 ends with 1007", odd.code === 1007);
  odd.drop();
  await Promise.all(["garbage\r\n\r\n", Buffer.alloc(3000, 0xff), "GET / HTTP/1.1\r\n", "", `GET /${"a".repeat(20000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
    "GET /peerjs?key=peerjs&id=z&token=z HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\r\n"]
    .map((bytes) => throwBytes(place, bytes)));
  await othersAreServed("garbage");
  const flood = await join(place);
  for (let i = 0; i < 2000; i++) flood.send(offer(`ghost${i % 50}${flood.id}`, { i }));
  await othersAreServed("2,000 messages to nobody");
  flood.close();
  a.close();
  b.close();
}

async function waiting(report, place) {
  const [a, b] = [await join(place), await join(place)];
  const [late, ghost, left] = [newId("late"), newId("ghost"), newId("left")];
  for (let i = 0; i < 4; i++) a.send({ type: i ? "CANDIDATE" : "OFFER", dst: late, payload: { q: i } });
  b.send(offer(late, { q: "b" }));
  await pause(700);
  const l = await join(place, { id: late });
  await within(2000, () => l.got.length >= 6);
  report.holds("what waited follows OPEN, in order", l.got[0].type === "OPEN" && same(l.got.filter(({ src }) => src === a.id).map(({ payload }) => payload.q), [0, 1, 2, 3]), l.got);
  report.holds("of every sender", l.got.some(({ src, payload }) => src === b.id && payload.q === "b"), l.got);
  const d = await join(place, { id: left });
  d.close();
  await d.ends();
  await pause(100);
  const began = Date.now();
  for (const type of ["OFFER", "CANDIDATE", "ANSWER"]) a.send({ type, dst: ghost, payload: {} });
  b.send(offer(ghost));
  b.send(offer(left));
  b.send({ type: "LEAVE", dst: `${ghost}L` });
  const expired = await a.hears(({ type }) => type === "EXPIRE", 12000);
  const took = (expired?.at ?? 0) - began;
  report.holds("EXPIRE says who did not come", expired?.src === ghost && expired?.dst === a.id, a.got);
  report.holds("neither at once nor late", took > 2000 && took < 10000, took);
  report.quirk("after 5 s or a little more", took >= 4900 && took <= 9000);
  report.holds("the other sender hears it, too", await b.hears(({ type, src }) => type === "EXPIRE" && src === ghost), b.got);
  report.holds("who has left is not there", await b.hears(({ type, src }) => type === "EXPIRE" && src === left), b.got);
  await pause(1200);
  report.holds("one EXPIRE for each id and sender", a.of("EXPIRE").length === 1 && b.of("EXPIRE").length === 2, [a.got, b.got]);
  report.holds("what was delivered does not expire", !a.got.some(({ src }) => src === late), a.got);
  const g = await join(place, { id: ghost });
  await pause(400);
  report.holds("what has expired is gone", g.got.length === 1, g.got);
  l.forget();
  l.send({ type: "LEAVE" });
  await pause(200);
  a.send(offer(late, { gone: 1 }));
  await pause(300);
  report.quirk("LEAVE to nobody gives up the id and keeps the socket", l.isAlive && l.got.length === 0);
  for (const client of [a, b, l, g]) client.close();
}

async function crowd(report, place) {
  const all = Array.from({ length: 200 }, () => new Client(place));
  report.holds("200 come at once", (await Promise.all(all.map((client) => client.opens(15000)))).every(Boolean));
  for (let r = 0; r < 5; r++) all.forEach((client, i) => client.send({ type: "CANDIDATE", dst: all[(i + 1 + r * 7) % 200].id, payload: { r, i } }));
  await within(15000, () => all.every(({ got }) => got.length >= 6));
  const isRight = ({ got }, i) => got.length === 6 && got.slice(1).every(({ src, payload }) => src === all[payload.i].id && (payload.i + 1 + payload.r * 7) % 200 === i);
  report.holds("1,000 messages reach whom they are for", all.every(isRight), all.filter(({ got }) => got.length !== 6).length);
  all.forEach((client, i) => (i % 2 ? client.close() : client.drop()));
  await Promise.all(all.map((client) => client.ends()));
  await pause(300);
  const heirs = all.map(({ id }) => new Client(place, { id }));
  report.holds("their ids are free again", (await Promise.all(heirs.map((client) => client.opens(15000)))).every(Boolean));
  heirs.forEach((client) => client.drop());
  let refusals = 0;
  for (let i = 0; i < 200; i++) {
    const client = new Client(place);
    if (!(await client.opens(3000))) refusals++;
    if (i % 3) client.close();
    else client.drop();
  }
  report.holds("200 come and go, one after another", refusals === 0, refusals);
}

/** Begun before all else: who says nothing is gone after `aliveMs`. Gives what is to be awaited at the end. */
async function silence(report, place, aliveMs) {
  const beats = { beats: false };
  const [mute, talker, beating] = [await join(place, beats), await join(place, beats), await join(place)];
  const talk = setInterval(() => talker.send(offer(beating.id)), Math.min(3000, aliveMs / 4));
  return async () => {
    await within(mute.began + aliveMs + 12000 - Date.now(), () => mute.isClosed, 50);
    const after = (mute.closedAt ?? Infinity) - mute.began;
    report.holds("who says nothing is sent away", after < aliveMs + 12000, after);
    report.holds("and not much too early", after > aliveMs / 2, after);
    report.holds("who sends HEARTBEAT stays", beating.isAlive, beating.code);
    report.holds("HEARTBEAT is not answered", beating.got.every(({ type }) => type === "OPEN" || type === "OFFER"), beating.got.at(-1));
    await pause(1500);
    report.quirk("nothing but HEARTBEAT is a sign of life", talker.isClosed);
    clearInterval(talk);
    const heir = new Client(place, { id: mute.id });
    report.holds("the id of the silent one is free", await heir.opens(), heir.got);
    for (const client of [heir, beating, talker]) client.close();
  };
}

/** All of it against { host, port, key, aliveMs }. */
export async function checkPeerServer(name, place) {
  const report = new Report(name);
  const afterSilence = await silence(report, place, place.aliveMs);
  for (const part of [http, opening, taken, refused, reconnecting, relaying, hostility, waiting, crowd]) await part(report, place);
  await afterSilence();
  return report;
}
