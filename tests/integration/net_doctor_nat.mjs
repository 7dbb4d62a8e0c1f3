// SPDX-License-Identifier: Apache-2.0
// What the doctor says of the router in between: none, one that keeps its port for all destinations, one that takes another
// for each; with a relay and without, with a wrong password, with a name that there is not, and where no UDP gets out.
//
//   net_doctor_nat.mjs SKEP

import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startCoturn } from "./lib/coturn.mjs";
import { Network } from "./lib/network.mjs";
import { check, folder, program } from "./lib/skep.mjs";

const network = await Network.make();
const turns = [];
for (const name of ["turn1", "turn2"]) {
  const host = await network.host(name);
  turns.push(await startCoturn({ ip: host.address, port: 3478, wrap: host.wrap }));
}
const [stun, turn] = [`stun:${turns[0].place}`, `turn:${turns[1].place}?transport=udp`];
const outside = await network.host("outside");
const home = await network.home("home");
const inside = await home.host("inside");

function credentials(password) {
  const path = folder();
  writeFileSync(path, `${turns[1].user}\n${password}\n`, { mode: 0o600 });
  return path;
}
const [good, wrong] = [credentials(turns[1].password), credentials("guess")];

/** The steps about routers, of a node that does not run, or runs. */
function ask(host, { servers = [], file, data }) {
  const config = join(folder());
  mkdirSync(config);
  const lines = [...servers.map((server) => `ice-server = ${server}`), ...(file ? [`ice-credentials = ${file}`] : [])];
  writeFileSync(join(config, "skep.conf"), `${lines.join("\n")}\n`);
  const args = ["doctor", "--json", "--data", data ?? join(config, "data"), "--config", data ? "none" : join(config, "skep.conf")];
  const words = [...host.wrap, program, ...args];
  return new Promise((resolve, reject) => {
    execFile(words[0], words.slice(1), { timeout: 60000 }, (error, out, err) => {
      if (out === "") return reject(new Error(`the doctor says nothing: ${error} ${err}`));
      resolve(JSON.parse(out).steps.filter(({ check }) => check === "nat"));
    });
  });
}
const of = (steps, title) => steps.find((step) => step.title === title) ?? { text: `no step ${title} in ${JSON.stringify(steps)}` };
const says = (step, result, words) => check(step.result === result && words.test(step.text), `${step.result}: ${step.text}`);

const straight = await ask(outside, { servers: [stun, turn], file: good });
says(of(straight, "Router (IPv4)"), "ok", /^no router changes/);
says(of(straight, "Relay"), "ok", /gave a relay, and took it back/);
says(of(straight, "Server"), "ok", new RegExp(`sees this machine at ${outside.address}:\\d+, after \\d+ ms`));

says(of(await ask(inside, { servers: [stun] }), "Router (IPv4)"), "note", /one server alone cannot tell/);
const cone = await ask(inside, { servers: [stun, turn], file: good });
says(of(cone, "Router (IPv4)"), "ok", new RegExp(`keeps one port, ${home.address}:\\d+, for all destinations`));

home.randomise();
const relayed = await ask(inside, { servers: [stun, turn], file: good });
says(of(relayed, "Router (IPv4)"), "note", /symmetric NAT\): what cannot be reached straight goes through the relay/);
const refused = await ask(inside, { servers: [stun, turn], file: wrong });
says(of(refused, "Relay"), "problem", /^turn:\S+ refuses the user or the password/);
says(of(refused, "Router (IPv4)"), "warning", /symmetric NAT\), so most nodes behind routers of their own cannot be reached/);
const nameless = await ask(inside, { servers: ["stun:no-such-host.invalid", stun] });
says(of(nameless, "Server"), "warning", /^stun:no-such-host.invalid:3478: its name has no address/);

// A node that runs knows better than a file which servers there are.
const node = await inside.run({ args: ["--beacon", `http://${outside.address}:8781`, "--signal", `http://${outside.address}:8781/`, "--ice-server", stun, "--ice-server", turn, "--ice-credentials", good] });
const running = await ask(inside, { data: node.data });
says(of(running, "Relay"), "ok", /gave a relay/);
check((await node.stop()).code === 0, "it ended with 0");

home.nft("add chain inet skep no_udp { type filter hook forward priority 1; }\nadd rule inet skep no_udp meta l4proto udp drop\n");
const mute = await ask(inside, { servers: [stun, turn], file: good });
says(of(mute, "Server"), "warning", /did not answer within 3 s/);
says(of(mute, "Router"), "problem", /UDP does not get out of this network/);

for (const one of turns) await one.stop();
process.exit(0);
