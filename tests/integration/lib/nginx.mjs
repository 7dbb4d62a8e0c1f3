// SPDX-License-Identifier: Apache-2.0
// A real nginx for tests: one process, as whoever runs the tests, in a folder of its own, gone at the end.

import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, until } from "./skep.mjs";

export const nginxProgram = ["/usr/sbin/nginx", "/usr/local/sbin/nginx"].find((path) => existsSync(path)) ?? "nginx";
const running = new Set();

process.on("exit", () => {
  for (const { child, folder } of running) {
    child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  }
});

/** A certificate of its own for `name`: { cert, key }, as files in `folder`. */
export function makeCertificate(folder, name, { days = 30, stem = "tls" } = {}) {
  const cert = join(folder, `${stem}-cert.pem`);
  const key = join(folder, `${stem}-key.pem`);
  execFileSync("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
    key, "-out", cert, "-days", String(days), "-subj", `/CN=${name}`, "-addext", `subjectAltName=DNS:${name}`],
  { stdio: ["ignore", "ignore", "ignore"] });
  return { cert, key };
}

const canConnect = (port) =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => resolve(socket.destroy() !== null));
    socket.on("error", () => resolve(false));
  });

/** `http` gives what stands in nginx's http block, from two free ports and a certificate. */
export async function startNginx(http) {
  const folder = mkdtempSync(join(tmpdir(), "skep-nginx-"));
  const ports = { tls: await freePort(), plain: await freePort() };
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  writeFileSync(join(folder, "nginx.conf"), `
daemon off;
master_process off;
pid ${folder}/pid;
error_log ${folder}/error.log;
worker_rlimit_nofile 4096;
events { worker_connections 512; }
http {
  access_log off;
  default_type application/octet-stream;
  keepalive_requests 100000;
  ${temporary.map((name) => `${name}_temp_path ${folder}/${name};`).join("\n  ")}
${http({ ...ports, ...makeCertificate(folder, "localhost") })}
}
`);
  const child = spawn(nginxProgram, ["-p", folder, "-c", join(folder, "nginx.conf"), "-e", join(folder, "error.log")],
    { stdio: ["ignore", "inherit", "inherit"] });
  const server = { child, folder, ...ports };
  running.add(server);
  const ended = new Promise((resolve) => child.on("exit", resolve));
  child.on("error", (error) => console.error(`nginx: ${error.message}`));
  await until("nginx listens", 10000, () => {
    if (child.exitCode !== null) throw new Error(readFileSync(join(folder, "error.log"), "utf8"));
    return canConnect(ports.tls);
  });
  return {
    ...ports,
    folder,
    log: () => readFileSync(join(folder, "error.log"), "utf8"),
    stop: async () => {
      child.kill("SIGTERM");
      await ended;
      running.delete(server);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
