// SPDX-License-Identifier: Apache-2.0
// Two syncthing nodes on loopback that know of nobody else: how long the one takes until it has, in sync, what the other
// has scanned. Their discovery, relays and reports are off.

import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { freePort, pause, until } from "../tests/integration/lib/skep.mjs";

const off = ["globalAnnounceEnabled", "localAnnounceEnabled", "relaysEnabled", "natEnabled", "crashReportingEnabled", "announceLANAddresses", "startBrowser"];
const env = { ...process.env, STNORESTART: "1", STNOUPGRADE: "1" };

export const hasSyncthing = () => spawnSync("syncthing", ["--version"]).error === undefined;

class Peer {
  constructor(home, folder) {
    this.home = home;
    this.folder = folder;
    mkdirSync(folder, { recursive: true });
  }

  async start() {
    const [gui, listen] = [await freePort(), await freePort()];
    spawnSync("syncthing", ["generate", `--home=${this.home}`, "--no-default-folder"], { env });
    const file = join(this.home, "config.xml");
    let config = readFileSync(file, "utf8")
      .replace(/<address>127\.0\.0\.1:\d+<\/address>/, `<address>127.0.0.1:${gui}</address>`)
      .replace(/<listenAddress>.*<\/listenAddress>/, `<listenAddress>tcp://127.0.0.1:${listen}</listenAddress>`)
      .replace(/<urAccepted>.*<\/urAccepted>/, "<urAccepted>-1</urAccepted>");
    for (const name of off) config = config.replace(`<${name}>true`, `<${name}>false`);
    writeFileSync(file, config);
    this.key = /<apikey>(.*)<\/apikey>/.exec(config)[1];
    this.gui = gui;
    this.listen = listen;
    this.id = spawnSync("syncthing", [`--home=${this.home}`, "--device-id"], { encoding: "utf8", env }).stdout.trim();
    this.child = spawn("syncthing", ["serve", `--home=${this.home}`, "--no-browser", "--no-restart"], { env, stdio: "ignore" });
    await until("syncthing answers", 20000, () => this.call("GET", "/rest/system/status"));
    return this;
  }

  call(method, path, body) {
    return new Promise((resolve, reject) => {
      const query = request({ host: "127.0.0.1", port: this.gui, path, method, headers: { "X-API-Key": this.key } }, (response) => {
        let text = "";
        response.on("data", (bytes) => (text += bytes));
        response.on("end", () => (response.statusCode < 300 ? resolve(text === "" ? {} : JSON.parse(text)) : reject(new Error(`${path}: ${response.statusCode} ${text}`))));
      });
      query.on("error", reject);
      query.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  know(other) {
    return this.call("PUT", `/rest/config/devices/${other.id}`, { deviceID: other.id, addresses: [`tcp://127.0.0.1:${other.listen}`], paused: true });
  }

  share(other) {
    return this.call("PUT", "/rest/config/folders/x", { id: "x", path: this.folder, type: "sendreceive", devices: [{ deviceID: this.id }, { deviceID: other.id }], rescanIntervalS: 3600 });
  }

  resume(other) {
    return this.call("PATCH", `/rest/config/devices/${other.id}`, { paused: false });
  }

  status() {
    return this.call("GET", "/rest/db/status?folder=x");
  }

  stop() {
    return new Promise((resolve) => {
      this.child.on("exit", resolve);
      this.child.kill("SIGTERM");
    });
  }
}

/** Milliseconds until `scratch`/got has the `files` files that `fill(folder)` made, in sync by both. */
export async function syncthingOnce(scratch, files, fill) {
  const [giver, getter] = [new Peer(join(scratch, "giver"), join(scratch, "given")), new Peer(join(scratch, "getter"), join(scratch, "got"))];
  fill(giver.folder);
  await Promise.all([giver.start(), getter.start()]);
  await giver.know(getter);
  await getter.know(giver);
  await giver.share(getter);
  await getter.share(giver);
  const isAll = (count, { state, ...all }) => state === "idle" && all[count] === files;
  await until("the giver has scanned", 120000, async () => isAll("localFiles", await giver.status()));
  await giver.resume(getter);
  await pause(500);
  const began = performance.now();
  await getter.resume(giver);
  while (!isAll("inSyncFiles", await getter.status()) || (await getter.status()).globalFiles !== files) await pause(20);
  const took = performance.now() - began;
  await Promise.all([giver.stop(), getter.stop()]);
  return took;
}
