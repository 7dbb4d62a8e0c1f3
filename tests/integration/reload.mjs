// SPDX-License-Identifier: Apache-2.0
// The configuration is read again while the node runs: what can change does, what cannot says so, a mistake changes
// nothing, and no link notices any of it.

import { mkdirSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeCertificate } from "./lib/nginx.mjs";
import { Node, check, folder, run, until } from "./lib/skep.mjs";

const data = folder();
const file = `${folder()}.conf`;
const write = (text) => writeFileSync(file, text);
const STRANGER = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="; // of no ticket here (RFC 8032, test 1)

write("# empty\n");
const beacon = await new Node({ data, args: ["--config", file, "--roles", "node,beacon"] }).start();
const others = [];
for (let i = 0; i < 2; i++) {
  others.push(await new Node({ args: ["--beacon", `http://${beacon.serve}`, "--peer", beacon.listen] }).start());
}
await until("all are linked", 20000, async () => (await beacon.openLinks()).length === 2);
const facts = async () => JSON.stringify((await beacon.openLinks()).map(({ id, nodeId, since }) => ({ id, nodeId, since })).sort());
const before = await facts();

const reload = () => run(["config", "reload", "--data", data]);
const shown = async (name) => {
  const result = await run(["config", "show", "--running", "--json", "--data", data]);
  return JSON.parse(result.out).items.find((item) => item.name === name);
};
const entries = async () => (await beacon.get("/api/v1/beacon")).entries;
const statusFor = async (host) => (await beacon.call("/healthz", { headers: { host } })).status;

// Another name for the API.
check(await statusFor("skep.example") === 421, "an unknown host is refused");
write("\napi-hosts = skep.example\n");
let result = await reload();
check(result.code === 0 && result.out === "api-hosts: applied\n", `a host that is added: ${result.out.trim()}`);
check(await statusFor("skep.example") === 200, "and it is known from then on");
const origin = await shown("api-hosts");
check(origin.origin === "file" && origin.file === file && origin.line === 2, "where the value comes from is shown");

// The beacon's rules.
await until("both announced", 20000, async () => (await entries()) >= 2);
write(`beacon-trusted-keys = ${STRANGER}\n`);
result = await reload();
check(/api-hosts: applied/.test(result.out) && /beacon-trusted-keys: applied/.test(result.out), "trusted keys are applied");
check(await entries() === 0, "entries of other keys are gone at once");
check(await statusFor("skep.example") === 421, "the host that was taken out is refused again");
write("beacon-rate-loopback = yes\nbeacon-communities = ours, theirs\n");
result = await reload();
check(/beacon-communities: applied\nbeacon-trusted-keys: applied\nbeacon-rate-loopback: applied/.test(result.out),
  "each option has its line");

// Whether neighbours are told of the links.
const isTold = async (node) => (await node.get("/api/v1/views")).items.some((item) => item.nodeId === beacon.nodeId);
await until("a neighbour is told of the links", 20000, () => isTold(others[0]));
write("share-view = no\n");
result = await reload();
check(/^share-view: applied$/m.test(result.out), "the view is hidden without a restart");
check((await beacon.get("/api/v1/views")).items.length === 0, "who hides its view knows nobody else's");
await until("and what was told is taken back", 20000, async () => !(await isTold(others[0])));

// What waits for a restart.
write("beacon = http://127.0.0.1:9/\n");
result = await reload();
check(result.code === 0 && /^beacon: needs-restart$/m.test(result.out), "a beacon that is added needs a restart");
const pending = await shown("beacon");
check(pending.values.length === 0 && pending.pending[0] === "http://127.0.0.1:9/", "and is shown as waiting for it");

// Mistakes.
write("api-hosts = other.example\nlog = loud\nx\n");
result = await reload();
check(result.code === 4 && result.err.includes(`${file}:2: log: expected`) && result.err.includes(`${file}:3: `),
  "every mistake is told with its place");
check(await statusFor("other.example") === 421, "and nothing was changed, not even what was right");
beacon.signal("SIGHUP");
await until("the mistake is among the events", 5000, async () =>
  (await beacon.events("code=config-refused")).some((event) => event.message.includes(":2: log:")));

// Without its file nothing changes: one that is away for a moment would open what it had closed.
write(`beacon-trusted-keys = ${STRANGER}\n`);
await reload();
renameSync(file, `${file}.away`);
result = await reload();
check(result.code === 4 && result.err.includes(`${file}: there is no such file`), "a file that is gone is a mistake");
check((await shown("beacon-trusted-keys")).values[0] === STRANGER, "and what it said stays in force");
renameSync(`${file}.away`, file);
write("x\n".repeat(70));
result = JSON.parse((await run(["config", "reload", "--data", data, "--json"])).out);
check(result.mistakes.length === 64 && result.more === 6, "mistakes beyond what is told of are counted");
check((await beacon.events("code=config-refused")).some((event) => event.message.includes("and 6 more")),
  "among the events too");

// By signal, and over and over.
write("api-hosts = third.example\n");
beacon.signal("SIGHUP");
await until("a signal reloads as well", 5000, async () => (await statusFor("third.example")) === 200);
const descriptors = () => readdirSync(`/proc/${beacon.child.pid}/fd`).length;
const open = descriptors();
for (let i = 0; i < 100; i++) {
  write(i % 3 === 0 ? "log = loud\n" : `api-hosts = host-${i}.example\nbeacon-communities = c-${i}\n`);
  if (i % 2 === 0) beacon.signal("SIGHUP");
  else await beacon.call("/api/v1/config/reload", { method: "POST", body: "{}" });
}
write("api-hosts = last.example\n");
result = await reload();
check(result.code === 0 && await statusFor("last.example") === 200, "after a hundred reloads the last one counts");
check(descriptors() <= open + 2, `no descriptor stays open (${open}, ${descriptors()})`);
check(await facts() === before, "the links are the same as before, since the same time");

// A value that is refused, beside one that is not.
const certificates = folder();
mkdirSync(certificates);
const tls = makeCertificate(certificates, "beacon.test");
const https = (rest) => write(`serve-cert = ${tls.cert}\nserve-key = ${tls.key}\n${rest}`);
https("");
const secure = await new Node({ args: ["--config", file, "--roles", "beacon"] }).start();
const ask = (...words) => run(["config", ...words, "--data", secure.data]);
const shownThere = async (name) =>
  JSON.parse((await ask("show", "--running", "--json")).out).items.find((item) => item.name === name);
write(`serve-cert = ${tls.key}\nserve-key = ${tls.key}\napi-hosts = there.example\n`);
result = await ask("reload");
check(result.code === 4 && /^api-hosts: applied$/m.test(result.out) && /^serve-cert: refused: /m.test(result.out),
  "a file without a certificate is refused, and the host beside it applied");
let certificate = await shownThere("serve-cert");
check(certificate.values[0] === tls.cert && certificate.pending[0] === tls.key, "what is shown is what is in force");
result = await ask("reload", "--json");
check(result.code === 4 && JSON.parse(result.out).changes.some((change) => change.outcome === "refused"),
  "it is refused again, and scripts are told by the exit code");
https("");
check((await ask("reload")).code === 0, "the good one is taken again");
certificate = await shownThere("serve-cert");
check(certificate.values[0] === tls.cert && certificate.pending === null, "and nothing waits any more");
write("");
result = await ask("reload");
check(/^serve-cert: needs-restart$/m.test(result.out), "HTTPS does not become HTTP while it runs");
check((await shownThere("serve-cert")).values[0] === tls.cert, "and is still in force");

// What waits for a restart is not told beside what does not.
write("community = here\n");
const third = await new Node({ community: null, args: ["--config", file, "--roles", "beacon"] }).start();
write("community = elsewhere\ncontact = me\n");
result = await run(["config", "reload", "--data", third.data]);
check(/^community: needs-restart\ncontact: applied$/m.test(result.out), "a community needs a restart");
const told = await (await fetch(`http://${third.serve}/.well-known/skep`)).json();
check(told.contact === "me" && told.community === "here", "and is not told of before");

for (const node of [...others, beacon, secure, third]) check((await node.stop()).code === 0, "an orderly end");
check(!readdirSync(data).some((name) => name === "run.json"), join(data, "run.json") + " is gone");
