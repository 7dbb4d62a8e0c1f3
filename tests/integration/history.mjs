// SPDX-License-Identifier: Apache-2.0
// How the node has been, of real processes: figures appear, a restart shows them again, the time the node was down is a
// gap, and kill -9 takes the last seconds alone.

import { Node, check, run, until } from "./lib/skep.mjs";

const beacon = await new Node({ args: ["--roles", "node,beacon"] }).start();
const node = await new Node({ args: ["--beacon", `http://${beacon.serve}`, "--peer", beacon.listen] }).start();
const history = (range = "15m") => node.get(`/api/v1/history?range=${range}`);
const momentAt = (at) => node.call(`/api/v1/history/moment?at=${at}`);
const isSecond = async (at) => {
  const { status, json } = await momentAt(at);
  return status === 200 && json.stepMs === 1000 && json.at === Math.floor(at / 1000) * 1000;
};
// One of a few: on a busy machine a look may come too late for its second.
const isAnySecond = async (from, to) => {
  for (let at = from; at <= to; at += 1000) if (await isSecond(at)) return true;
  return false;
};
const known = ({ series }) => series.links.filter((value) => value !== null);

// ---- Figures appear ----

const { value: linked } = await until("a linked second is kept, with its round trip and its link", 90000, async () => {
  const { json } = await momentAt(Date.now() - 1500);
  return json.stepMs === 1000 && json.rttP50Ms !== null && json.links.length > 0 && json;
});
const linkedAt = linked.at;
check(linked.linksWanted === 8 && linked.level !== null, `one second: ${JSON.stringify(linked)}`);
await until("the minute's figures are there too", 5000, async () => {
  const minute = (await history("24h")).series.rttP95Ms;
  return minute.at(-1) !== null || minute.at(-2) !== null;
});
for (const [range, points] of [["15m", 180], ["1h", 360], ["24h", 360], ["30d", 360]]) {
  const answer = await history(range);
  check(answer.points === points && known(answer).length > 0 && known(answer).length < 5, `${range}: what was before the start is not known`);
}
const { json: early } = await momentAt(linkedAt - 3600_000);
check(early.code === "moment-not-kept" && /seconds since .* \(UTC\)/.test(early.detail), `before the start: ${early.detail}`);
const { json: late } = await momentAt(Date.now() + 60_000);
check(late.code === "moment-not-kept" && /yet to come/.test(late.detail), `in a minute: ${late.detail}`);

// ---- The terminal ----

const table = await run(["history", "--range", "15m", "--data", node.data]);
check(table.code === 0 && /^links +[ ▁▂▃▄▅▆▇█]+ +\d/m.test(table.out), `skep history:\n${table.out}`);
const asJson = JSON.parse((await run(["history", "--json", "--data", node.data])).out);
check(asJson.stepMs === 10000 && asJson.points === 360, "an hour, when nothing is said, as the API has it");
const moment = await run(["history", "--at", String(linkedAt), "--data", node.data]);
check(moment.code === 0 && moment.out.includes(`${beacon.nodeId.slice(0, 4)}…`), `skep history --at:\n${moment.out}`);
const never = await run(["history", "--at", "1000", "--data", node.data]);
check(never.code === 1 && never.err.includes("Nothing is kept of that time"), never.err.trim());
for (const wrong of [["--range", "2h"], ["--at", "noon"], ["--at", "03:12", "--range", "1h"]]) {
  check((await run(["history", ...wrong, "--data", node.data])).code === 2, `refused: ${wrong.join(" ")}`);
}

// ---- A restart ----

const before = await momentAt(linkedAt);
check((await node.stop()).code === 0, "the node ends");
const endedAt = Date.now();
await until("two whole seconds are over without it", 5000, () => Date.now() > endedAt + 3000);
await node.start();
await until("the rows of before are there again", 5000, () => isSecond(linkedAt));
const { asOf: _then, ...was } = before.json;
const { asOf: _now, ...is } = (await momentAt(linkedAt)).json;
check(JSON.stringify(is) === JSON.stringify(was), "a second looks as it did, with its links and findings");
check(was.links.length > 0 && was.links[0].nodeId === beacon.nodeId && was.links[0].path === "lan", "the link is that with the beacon's node");
check(await isAnySecond(endedAt - 4000, endedAt - 1000), "a clean stop keeps the last seconds");
const gap = await momentAt(endedAt + 1500);
check(gap.status === 404 || gap.json.stepMs > 1000, "the time it was down has no second");
await until("new seconds are kept", 10000, () => isAnySecond(Date.now() - 3500, Date.now() - 1500));

// ---- kill -9 ----

const restartedAt = Date.now();
await until("fourteen more seconds are over", 30000, () => Date.now() > restartedAt + 14000);
await node.kill();
const killedAt = Date.now();
await node.start();
await until("what was kept ten seconds before the kill is there", 5000, () => isAnySecond(killedAt - 14500, killedAt - 11500));
check(await isSecond(linkedAt), "and so is what was there before");
for (const one of [node, beacon]) check((await one.stop()).code === 0, "it ended with 0");
