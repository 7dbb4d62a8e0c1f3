// SPDX-License-Identifier: Apache-2.0
// A STUN and TURN server for tests: Debian's coturn, in the foreground, with one user, on one address.
//
//   const turn = await startCoturn({ ip: "127.0.0.1", port: await freePort() });
//   turn.place, turn.user, turn.password; await turn.stop();

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const STARTS_MS = 10000;

/** `wrap`: words before the program's, as of a host in a network of its own. */
export async function startCoturn({ ip, port, wrap = [] }) {
  const folder = mkdtempSync(join(tmpdir(), "skep-coturn-"));
  const [user, password] = ["tester", "secret"];
  const isLoopback = ip.startsWith("127.");
  const words = [...wrap, "turnserver", "-n", "--listening-ip", ip, "--listening-port", String(port), "--relay-ip", ip,
    "--lt-cred-mech", "--user", `${user}:${password}`, "--realm", "skep.test", "--no-tls", "--no-dtls", "--no-cli",
    "--userdb", join(folder, "turndb"), "--pidfile", join(folder, "pid"), "--log-file", "stdout", "--simple-log", "--verbose",
    ...(isLoopback ? ["--allow-loopback-peers"] : [])];
  const child = spawn(words[0], words.slice(1), { stdio: ["ignore", "pipe", "pipe"], cwd: folder });
  const ended = new Promise((resolve) => child.on("exit", resolve));
  process.on("exit", () => (child.kill("SIGKILL"), rmSync(folder, { recursive: true, force: true })));
  let log = "";
  await new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`coturn did not start:\n${log}`)), STARTS_MS);
    const take = (bytes) => {
      log = (log + bytes).slice(-20000);
      if (/UDP listener opened on/i.test(log)) clearTimeout(timer), resolve();
    };
    child.stdout.on("data", take);
    child.stderr.on("data", take);
    child.on("error", (error) => reject(new Error(`turnserver, of Debian's coturn, cannot be started: ${error.message}`)));
    ended.then(() => reject(new Error(`coturn ended:\n${log}`)));
  });
  return { place: `${ip}:${port}`, user, password, args: ["--turn", `${ip}:${port}`, user, password], log: () => log,
    stop: () => (child.kill("SIGTERM"), ended) };
}
