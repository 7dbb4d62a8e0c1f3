// SPDX-License-Identifier: Apache-2.0
// A node that is also a beacon is scraped a thousand times while strangers announce under ever new ids, say nonsense,
// knock with the wrong token, and links come and go: the series stay the same ones, none of their labels holds a word of
// a stranger's, counters never go back, and everything that was refused is counted.

import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { Node, check, fail, until } from "./lib/skep.mjs";
import { hasPrometheus, labelValues, promtool, readSeries } from "./lib/prometheus.mjs";
import { newKey, ticket } from "./lib/tickets.mjs";

const SCRAPES = 1000;
const hostile = process.argv[3];
const page = readFileSync(new URL("../../docs/operators/metrics.md", import.meta.url), "utf8");
const seriesMax = Number(/at most (\d+) series/.exec(page)[1]);
const openMetrics = { accept: "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5" };

const elsewhere = await new Node({ args: ["--roles", "beacon"] }).start();
const node = await new Node({ args: ["--roles", "node,beacon", "--beacon", `http://${elsewhere.serve}`] }).start();
const friends = await Promise.all([1, 2, 3].map(() => new Node({ args: ["--beacon", `http://${elsewhere.serve}`] }).start()));
await until("the node has its links", 15000, async () => (await node.openLinks()).length === 3);

// Both texts hold what both say.
async function scrape(of, headers = {}) {
  const { status, body } = await of.call("/metrics", { headers });
  if (status !== 200) throw new Error(`/metrics: ${status} ${body}`);
  return body;
}
const [plain, open] = [await scrape(node), await scrape(node, openMetrics)];
check(plain.endsWith("\n") && !plain.includes("# EOF"), "Prometheus text ends with a line feed");
check(open.endsWith("\n# EOF\n"), "OpenMetrics ends with # EOF");
check([...readSeries(plain).keys()].join() === [...readSeries(open).keys()].join(), "both texts have the same series");
if (hasPrometheus) {
  for (const text of [plain, await scrape(elsewhere)]) check(promtool(["check", "metrics"], text) === "", "promtool finds no fault");
} else {
  console.log("SKIPPED: promtool is not installed, so nobody else has checked the text");
}

// Strangers. Their words must not be seen again.
const agent = new Agent({ keepAlive: true, maxSockets: 8 });
function send(to, method, path, body, headers = {}) {
  const [host, port] = to.split(":");
  return new Promise((resolve) => {
    const query = request({ host, port, path, method, agent, headers }, (response) => response.resume().on("end", () => resolve(response.statusCode)));
    query.on("error", () => resolve(0)); // turned away: what strangers get
    query.setTimeout(5000, () => query.destroy());
    query.end(body);
  });
}
const key = newKey();
const word = (number) => `stranger-${number}"} 1\nskep_stranger{x="`;
const announce = (ticket, community = "mainnet") => send(node.serve, "POST", `/announce?community=${community}`, JSON.stringify({ ticket }));
const acts = [
  (n) => announce(ticket(key, word(n)), `stranger-${n}`),
  (n) => announce(ticket(key, `stranger-${n}`, { now: Date.now() - 3600000 })),
  (n) => announce(ticket(newKey(), "stranger-taken")),
  (n) => announce({ ...ticket(key, `stranger-${n}`), signature: "AAAA" }),
  (n) => announce({ stranger: n }, encodeURIComponent(word(n))),
  (n) => send(node.serve, "POST", "/announce", `{"stranger-${n}": `),
  (n) => send(node.serve, "POST", "/announce", "x".repeat(9000 + n)),
  (n) => send(node.serve, "GET", `/stranger-${n}`),
  (n) => send(node.serve, "GET", `/peers?community=stranger-${n}`),
  (n) => send(node.api, "GET", "/metrics", "", { authorization: `Bearer stranger-${n}` }),
  (n) => send(node.api, "GET", `/api/v1/stranger-${n}`, "", { authorization: `Bearer ${node.token}` }),
  (n) => send(node.api, "GET", "/metrics", "", { host: `stranger-${n}.example` }),
];
let isOver = false;
let acted = 0;
async function actAll() {
  while (!isOver) await acts[acted % acts.length](acted++);
}

function attack(name) {
  return new Promise((resolve) => {
    const child = spawn(hostile, ["--to", node.listen, "--case", name, "--times", "3", "--community", "test"], { stdio: "ignore" });
    child.on("exit", resolve);
  });
}
let attacks = 0;
const cases = ["wrong-id", "alpn", "oversized", "duplicate-member", "second-hello", "unknown-type"];
async function attackAll() {
  while (!isOver) await attack(cases[attacks++ % cases.length]);
}
let restarts = 0;
async function comeAndGo() {
  for (; !isOver; restarts++) {
    const [goes] = friends.splice(0, 1);
    await (restarts % 2 === 0 ? goes.kill() : goes.stop());
    friends.push(await new Node({ args: ["--peer", node.listen, "--advertise", "none"] }).start());
  }
}
const strangers = [actAll(), actAll(), attackAll(), comeAndGo()].map((one) => one.catch(fail));

// Scrapes.
const known = new Set();
const values = new Set();
let last = new Map();
let mostSeries = 0;
const backwards = [];
const took = [];
async function look(number) {
  const began = performance.now();
  const series = readSeries(await scrape(node, number % 2 === 0 ? {} : openMetrics));
  took.push(performance.now() - began);
  mostSeries = Math.max(mostSeries, series.size);
  for (const [name, value] of series) {
    known.add(name);
    for (const label of labelValues(name)) values.add(label);
    if (/^\w+_total/.test(name) && value < (last.get(name) ?? 0)) backwards.push(name);
  }
  last = series;
}
// The first of each act comes before the count begins; every counter is there from the start, so nothing should be new.
await until("each stranger has had a turn", 20000, () => acted > 2 * acts.length && attacks > cases.length && restarts >= 3);
for (let i = 0; i < 20; i++) await look(i);
const knownEarly = new Set(known);
for (let i = 20; i < SCRAPES; i++) await look(i);
isOver = true;
await Promise.all(strangers);
await look(SCRAPES);

took.sort((a, b) => a - b);
console.log(`${SCRAPES} scrapes: median ${took[took.length >> 1].toFixed(1)} ms, p99 ${took[Math.floor(took.length * 0.99)].toFixed(1)} ms, ` +
  `${plain.length} bytes; meanwhile ${acted} acts of strangers, ${attacks} attacks on links, ${restarts} restarts`);
check(mostSeries <= seriesMax && known.size <= seriesMax, `at most ${mostSeries} series in one scrape and ${known.size} in all, of ${seriesMax} that there can be`);
// How good links are is known only while some are open and measured.
const sometimes = /^skep_(link_(round_trip|loss|strength)|clock_skew)_/;
const grown = [...known].filter((name) => !knownEarly.has(name) && !sometimes.test(name));
check(grown.length === 0, `no series came with the strangers (${grown.join(" ")})`);
check(backwards.length === 0, `no counter went back (${[...new Set(backwards)].join(" ")})`);
const foreign = [...values].filter((value) => /stranger|test|127\.0\.0\.1|[^A-Za-z0-9_.-]/.test(value) || /^[a-z2-7]{32}$/.test(value));
check(foreign.length === 0 && values.size > 100, `${values.size} values of labels, none of them a stranger's (${foreign.join(" ")})`);

// What was refused is counted, by its cause.
for (const name of [
  'skep_beacon_refusals_total{refusal="EXPIRED"}', 'skep_beacon_refusals_total{refusal="PEER_ID_TAKEN"}',
  'skep_beacon_refusals_total{refusal="json-syntax"}', 'skep_beacon_announces_total{result="accepted"}',
  'skep_beacon_announces_total{result="refused"}', 'skep_beacon_refusals_total{refusal="community-name"}',
  'skep_beacon_refusals_total{refusal="SIGNATURE_INVALID"}', 'skep_http_refused_total{server="services",kind="body-too-large"}',
  'skep_api_refusals_total{problem="token-wrong"}', 'skep_api_refusals_total{problem="not-found"}',
  'skep_api_refusals_total{problem="host-foreign"}', 'skep_links_failed_total{direction="inbound",reason="version"}',
  'skep_refusals_total{refusal="duplicate-member"}', 'skep_refusals_total{refusal="frame-too-large"}',
  'skep_refusals_total{refusal="type-unknown"}', 'skep_links_closed_total{reason="leaving"}',
]) {
  check(last.get(name) > 0, `${name} is ${last.get(name)}`);
}
const ends = await Promise.all([node, elsewhere, ...friends].map((one) => one.stop()));
check(ends.every((end) => end.code === 0), "every node ended with 0 after SIGTERM");
process.exit(0);
