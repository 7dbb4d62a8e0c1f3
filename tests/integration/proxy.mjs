// SPDX-License-Identifier: Apache-2.0
// A node behind nginx: services and API on Unix sockets, TLS and a prefix before them. And HTTPS without any proxy.

import { spawn } from "node:child_process";
import { existsSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { Agent, request as httpsRequest } from "node:https";
import { connect } from "node:net";
import { join } from "node:path";
import { makeCertificate, startNginx } from "./lib/nginx.mjs";
import { Node, check, folder, run, until } from "./lib/skep.mjs";

const page = process.argv[3]; // tests/browser/proxy_test.mjs
const place = folder();
mkdirSync(place, { recursive: true });
const serve = join(place, "services.sock");
const api = join(place, "api.sock");
const conf = join(place, "skep.conf");
const configure = (lines) => writeFileSync(conf, `${lines}\n`);

function ask(options, body) {
  return new Promise((resolve, reject) => {
    const way = options.port === undefined || options.tls === false ? httpRequest : httpsRequest;
    const query = way({ rejectUnauthorized: false, method: body === undefined ? "GET" : "POST", ...options });
    query.on("response", (response) => {
      let text = "";
      const certificate = response.socket.getPeerCertificate?.();
      response.on("data", (bytes) => (text += bytes));
      response.on("end", () => resolve({ status: response.statusCode, headers: response.headers, text, certificate }));
    });
    query.on("error", reject);
    query.setTimeout(10000, () => query.destroy(new Error("no answer")));
    query.end(body);
  });
}

async function announcement(number) {
  const now = Date.now();
  const made = await run(["ticket", "create", "--seed", number.toString(16).padStart(64, "0"), "--peer-id",
    `peer-${number}`, "--user-id", "someone", "--now", String(now), "--ttl", "180000", "--nonce", "AAAAAAAAAAAAAAAA"]);
  check(made.code === 0, `a ticket is made ${made.err}`);
  return `{"ticket":${made.out.trim()}}`;
}

/** Asks for the list so often on one connection from `localAddress`, each time with another forged header, until the
 * beacon says that it is too much. */
function flood({ port, path, localAddress, count }) {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1", localAddress });
    const counts = { 200: 0, 429: 0, other: 0 };
    let rest = "";
    const settle = () => {
      socket.destroy();
      resolve(counts);
    };
    socket.on("error", reject);
    socket.on("close", settle);
    socket.on("data", (bytes) => {
      rest += bytes.toString("latin1");
      const parts = rest.split("HTTP/1.1 ");
      rest = rest.slice(-12);
      for (const part of parts.slice(1)) {
        const status = part.slice(0, 3);
        if (status.length < 3) continue;
        counts[status in counts ? status : "other"]++;
      }
      if (counts[429] > 0 || counts[200] + counts.other >= count) settle();
    });
    let requests = "";
    for (let i = 0; i < count; i++) {
      requests += `GET ${path} HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: 203.0.${i >> 8 & 255}.${i & 255}\r\n` +
        `Forwarded: for=198.51.100.${i & 255}\r\n\r\n`;
    }
    socket.write(requests);
  });
}

// ---- Behind nginx ----

configure(`trusted-proxies = unix\napi-hosts = skep.localhost\nbeacon-rate-loopback = yes`);
const beacon = await new Node({
  args: ["--config", conf, "--roles", "beacon", "--serve", `unix:${serve}`, "--api", `unix:${api}`],
  connect: () => connect(api),
}).start();
check(beacon.serve === `unix:${serve}` && beacon.api === `unix:${api}`, "run.json names the sockets");
check((statSync(serve).mode & 0o777) === 0o660, "which their owner and group may open");
const status = await run(["status", "--json", "--data", beacon.data]);
check(JSON.parse(status.out).node !== undefined, "the command line finds the API at its socket");

const nginx = await startNginx(({ tls, plain, cert, key }) => `
  upstream services { server unix:${serve}; keepalive 16; }
  upstream api { server unix:${api}; keepalive 4; }
  proxy_http_version 1.1;
  proxy_set_header Connection "";
  proxy_set_header Host $http_host;
  proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
  proxy_set_header X-Forwarded-Proto $scheme;
  server {
    listen 127.0.0.1:${tls} ssl;
    listen 127.0.0.1:${plain};
    ssl_certificate ${cert};
    ssl_certificate_key ${key};
    location /swarm/ { proxy_pass http://services/; }
    location /node/ { proxy_pass http://api/; }
  }`);

const through = { host: "127.0.0.1", port: nginx.tls };
const body = await announcement(7);
let answer = await ask({ ...through, path: "/swarm/announce?community=test" }, body);
check(answer.status === 200 && JSON.parse(answer.text).ok, "an announce goes through TLS and the prefix");
check(answer.headers["access-control-allow-origin"] === "*", "and a page from anywhere may read the answer");
answer = await ask({ ...through, path: "/swarm/peers?community=test" });
check(answer.status === 200 && answer.text.includes("peer-7"), "so does the list");
answer = await ask({ ...through, path: "/swarm/.well-known/skep" });
check(answer.status === 200, "and the document of the node");
const node = await new Node({ args: ["--beacon", `http://127.0.0.1:${nginx.plain}/swarm`] }).start();
await until("a node has announced itself through the prefix", 20000, async () =>
  (await ask({ ...through, path: "/swarm/peers?community=test" })).text.includes(node.nodeId));
check(true, "a node announces itself to a beacon behind a prefix");
await node.stop();

const list = "/swarm/peers?community=none";
const spent = await flood({ port: nginx.plain, path: list, localAddress: "127.0.0.5", count: 8000 });
check(spent[429] > 0 && spent.other === 0,
  `one client through nginx is held to its rate, whatever it forges (429 after ${spent[200]} requests)`);
const beside = await ask({ ...through, localAddress: "127.0.0.6", path: list });
check(beside.status === 200, "another client of the same nginx is not");

configure("trusted-proxies = 127.0.0.9\napi-hosts = skep.localhost\nbeacon-rate-loopback = yes");
let result = await run(["config", "reload", "--data", beacon.data]);
check(/trusted-proxies: applied/.test(result.out), "the list of proxies is read again while it runs");
const unlisted = await flood({ port: nginx.plain, path: list, localAddress: "127.0.0.5", count: 500 });
check(unlisted[429] === 0, "from a proxy that is not listed nobody has an address, so nobody pays for another");
configure("trusted-proxies = unix\napi-hosts = skep.localhost\nbeacon-rate-loopback = yes");
result = await run(["config", "reload", "--data", beacon.data]);
check(result.code === 0, "and listed again");

answer = await ask({ ...through, path: "/node/healthz", headers: { host: "evil.example" } });
check(answer.status === 421, "the API refuses a foreign host behind the proxy, too");

const login = JSON.parse((await run(["dashboard", "--json", "--data", beacon.data])).out);
check(login.url === null && /^#token=/.test(login.fragment), "the dashboard's link is left to who knows the proxy");
await new Promise((resolve) => {
  const link = `https://skep.localhost:${nginx.tls}/node/${login.fragment}`;
  const child = spawn(process.execPath, [page, link], { stdio: "inherit" });
  child.on("exit", (code) => {
    check(code === 0, "the page works behind TLS and a prefix, in a real browser");
    resolve();
  });
});

const second = await run(["run", "--data", folder(), "--roles", "beacon", "--api", "127.0.0.1:0", "--serve",
  `unix:${serve}`]);
check(second.code === 1 && /another program listens on unix:/.test(second.err), "a socket in use is not taken away");
await nginx.stop();
await beacon.kill();
check(existsSync(serve), "a killed node leaves its socket's file");
await beacon.start();
check((await ask({ socketPath: serve, path: "/peers" })).status === 200, "which the next start replaces");
await beacon.stop();
check(!existsSync(serve) && !existsSync(api), "and a clean end removes");

// ---- HTTPS without a proxy, and a proxy that is none ----

let tls = makeCertificate(place, "first");
configure(`serve-cert = ${tls.cert}\nserve-key = ${tls.key}\nbeacon-rate-loopback = yes`);
const open = await new Node({ args: ["--config", conf, "--roles", "beacon"] }).start();
const [host, port] = open.serve.split(":");
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
answer = await ask({ host, port, path: "/announce?community=test", agent }, body);
check(answer.status === 200 && answer.certificate.subject.CN === "first", "an announce over our own TLS");
tls = makeCertificate(place, "second", { stem: "next" });
configure(`serve-cert = ${tls.cert}\nserve-key = ${tls.key}\nbeacon-rate-loopback = yes`);
result = await run(["config", "reload", "--data", open.data]);
check(/serve-cert: applied/.test(result.out), "another certificate is taken while it runs");
answer = await ask({ host, port, path: "/peers?community=test", agent });
check(answer.status === 200 && answer.certificate.subject.CN === "first", "an open connection goes on with the old one");
answer = await ask({ host, port, path: "/peers?community=test", agent: new Agent({ maxCachedSessions: 0 }) });
check(answer.certificate.subject.CN === "second", "a new one gets the new one");
writeFileSync(tls.cert, "no certificate");
result = await run(["config", "reload", "--data", open.data]);
check(result.code !== 0 || /serve-cert: refused/.test(result.out), "a file that holds none is refused");
check(result.out.includes(tls.cert) || result.err.includes(tls.cert), "with its name");
answer = await ask({ host, port, path: "/peers?community=test", agent: new Agent({ maxCachedSessions: 0 }) });
check(answer.status === 200, "and all stays as it was");
agent.destroy();
await open.stop();

configure("trusted-proxies = 127.0.0.9\nbeacon-rate-loopback = yes");
const plain = await new Node({ args: ["--config", conf, "--roles", "beacon"] }).start();
const forged = await flood({ port: Number(plain.serve.split(":")[1]), path: "/peers", localAddress: "127.0.0.5", count: 8000 });
check(forged[429] > 0, `who is no listed proxy speaks for itself alone (429 after ${forged[200]} requests)`);
await plain.stop();
check(!/AddressSanitizer|runtime error/.test(plain.log + open.log + beacon.log), "and no sanitizer has complained");
