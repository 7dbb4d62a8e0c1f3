// SPDX-License-Identifier: Apache-2.0
// What operators are given works with a real Prometheus: the scrape configuration and the alerts of packaging/prometheus
// are read by it, and every query of the Grafana board gives data from a node and a beacon.

import { readFileSync } from "node:fs";
import { Node, check, until } from "./lib/skep.mjs";
import { Prometheus, hasPrometheus, promtool } from "./lib/prometheus.mjs";

if (!hasPrometheus) {
  console.log("SKIPPED: needs prometheus and promtool (Debian's package prometheus)");
  process.exit(77);
}
const packaging = (name) => new URL(`../../packaging/${name}`, import.meta.url);
const board = JSON.parse(readFileSync(packaging("grafana/skep.json"), "utf8"));
const panels = board.panels.filter((panel) => panel.type !== "row");

// The board by itself.
check(new Set(board.panels.map((panel) => panel.id)).size === board.panels.length, "each panel has an id of its own");
check(new Set(panels.map((panel) => panel.title)).size === panels.length, "and a title of its own");
for (const panel of panels) {
  const isPlaced = panel.targets.length > 0 && panel.datasource.uid === "${datasource}" && panel.fieldConfig.defaults.unit !== undefined;
  if (!isPlaced) throw new Error(`${panel.title}: needs a query, the board's data source and a unit`);
}
const cells = new Set();
for (const { title, gridPos: { x, y, w, h } } of board.panels) {
  for (let i = 0; i < w * h; i++) {
    const cell = `${x + (i % w)},${y + Math.floor(i / w)}`;
    if (cells.has(cell) || x + w > 24) throw new Error(`${title}: overlaps another panel, or the edge`);
    cells.add(cell);
  }
}
check(board.panels.filter((panel) => panel.type === "row").map((row) => row.title).join() === "Node,Beacon,Process", "its rows are Node, Beacon and Process");

// A node and a beacon, scraped by the configuration that operators start from.
const beacon = await new Node({ args: ["--roles", "beacon"] }).start();
const silent = ["--beacon", "http://127.0.0.1:1"]; // nobody answers there
const [node, friend] = await Promise.all([silent, []].map((more) =>
  new Node({ args: ["--beacon", `http://${beacon.serve}`, ...more] }).start()));
const prometheus = new Prometheus();
const alerts = prometheus.file("alerts.yml", readFileSync(packaging("prometheus/alerts.yml"), "utf8"));
const example = readFileSync(packaging("prometheus/prometheus.yml"), "utf8");
const [head, job] = example.split("scrape_configs:\n");
const jobs = [beacon, node].map((one, index) => job.replace("127.0.0.1:8780", one.api)
  .replace("/etc/prometheus/skep.token", prometheus.file(`token-${index}`, one.token))
  .replace("job_name: skep", `job_name: skep${index}\n    relabel_configs: [{ target_label: job, replacement: skep }]`));
const config = prometheus.file("prometheus.yml", `${head.replaceAll("15s", "1s")}scrape_configs:\n${jobs.join("")}`
  .replace("/etc/prometheus/skep-alerts.yml", alerts));
promtool(["check", "config", config]);
check(/SUCCESS: \d+ rules/.test(promtool(["check", "rules", alerts])), "promtool finds no fault with configuration and alerts");
await prometheus.start(config);
const first = await until("both are scraped", 15000, async () => (await prometheus.query('sum(up{job="skep"}) == 2')).length === 1);
check(true, `both are scraped ${first.ms} ms after Prometheus was ready`);
await until("there are enough samples for a rate", 15000, async () => (await prometheus.query('min(count_over_time(up{job="skep"}[20s])) >= 4')).length === 1);
const metadata = await prometheus.ask("/api/v1/metadata");
check(metadata.skep_link_round_trip_seconds?.[0].unit === "seconds" && metadata.skep_build?.[0].type === "info",
  "it asked for OpenMetrics and understood it: units and the info type are there");
await until("no scrape fails", 10000, async () => {
  const { activeTargets } = await prometheus.ask("/api/v1/targets");
  return activeTargets.every((target) => target.health === "up" && target.lastError === "");
});

// Each query of the board, as Grafana would send it; a stranger at the door gives some of them something to show.
const fill = (expression) => expression.replaceAll("$instance", ".*").replaceAll("$__rate_interval", "1m");
const quiet = new Set(["Loss", "Clock"]); // known with more traffic, and with three peers
await until("the friends have measured their link", 20000, async () => (await prometheus.query("skep_link_round_trip_seconds")).length > 0);
await node.call("/metrics", { headers: { authorization: "Bearer stranger" } });
for (const panel of panels) {
  const { value } = await until(`${panel.title} has data`, 10000, async () => {
    const results = await Promise.all(panel.targets.map((target) => prometheus.query(fill(target.expr))));
    return (quiet.has(panel.title) || results.some((result) => result.length > 0)) && results;
  });
  check(true, `${panel.title}: ${value.map((result) => result.length).join(" + ")} series`);
}
console.log(`${panels.reduce((sum, panel) => sum + panel.targets.length, 0)} queries of ${panels.length} panels`);
const variable = board.templating.list.find((one) => one.name === "instance").query.query;
const [, metric, label] = /^label_values\((\w+), (\w+)\)$/.exec(variable);
check((await prometheus.query(`count by (${label}) (${metric})`)).length === 2, "the board's list of instances has both");

// Alerts: all can be evaluated, none stands without a cause, and one comes when there is one.
async function alertStates() {
  const { groups } = await prometheus.ask("/api/v1/rules");
  return groups.flatMap((group) => group.rules).filter((rule) => rule.type === "alerting");
}
await until("two nodes have few links, a source is silent, and nothing else is wrong", 15000, async () => {
  const standing = (await alertStates()).filter((rule) => rule.state !== "inactive").map((rule) => rule.name);
  return standing.join() === "SkepFewLinks,SkepSourceSilent";
});
const rules = await alertStates();
check(rules.length >= 10 && rules.every((rule) => rule.health === "ok"),
  `${rules.length} alerts can be evaluated; those about few links and the silent source stand, and no others`);
check((await prometheus.query('skep_source_up{source="beacon-2"} == 0')).length === 1, "a source that does not answer is seen to be down");
await beacon.kill();
await until("the alert about a process that is gone is pending", 15000, async () => {
  return (await alertStates()).some((rule) => rule.name === "SkepDown" && rule.state === "pending");
});
check(true, "a killed beacon is noticed: SkepDown is pending");
await prometheus.stop();
const ends = await Promise.all([node, friend].map((one) => one.stop()));
check(ends.every((end) => end.code === 0), "the nodes ended with 0 after SIGTERM");
process.exit(0);
