// SPDX-License-Identifier: Apache-2.0
// What checks with another implementation have in common: they are counted, they end in time, and what they started
// ends with them.

import { spawn } from "node:child_process";
import net from "node:net";

export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

/** What `ask` answers once it is truthy; undefined when that takes longer. */
export async function until(ask, ms, stepMs = 20) {
  const end = Date.now() + ms;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > end) return undefined;
    await sleep(stepMs);
  }
}

/** `--name VALUE`, `--flag`, and the rest under `_`. */
export function argumentsOf(argv) {
  const found = { _: [] };
  for (let i = 0; i < argv.length; i++) {
    if (!argv[i].startsWith("--")) {
      found._.push(argv[i]);
      continue;
    }
    const name = argv[i].slice(2);
    found[name] = i + 1 < argv.length && !argv[i + 1].startsWith("--") ? argv[++i] : true;
  }
  return found;
}

export function freePort() {
  return new Promise((done, fail) => {
    const server = net.createServer();
    server.once("error", fail);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}

export const listening = (port, ms = 10_000) =>
  until(
    () =>
      new Promise((done) => {
        const socket = net.connect(port, "127.0.0.1", () => {
          socket.destroy();
          done(true);
        });
        socket.on("error", () => done(false));
      }),
    ms,
    50,
  );

const shown = (detail) => {
  const text = detail === undefined ? "" : typeof detail === "string" ? detail : JSON.stringify(detail);
  return text === "" ? "" : `  ${text.slice(0, 300)}`;
};

export class Checks {
  constructor(name) {
    this.name = name;
    this.good = 0;
    this.bad = 0;
    this.isDone = false;
  }

  ok(label, isGood, detail, ms) {
    if (this.isDone) return Boolean(isGood);
    if (isGood) this.good++;
    else this.bad++;
    const took = ms === undefined ? "" : `  [${Math.round(ms)} ms]`;
    console.log(`${isGood ? "ok   " : "FAIL "} ${label}${took}${isGood ? "" : shown(detail)}`);
    return Boolean(isGood);
  }

  all(results, prefix) {
    for (const { label, pass, detail, ms } of results) this.ok(prefix + label, pass, detail, ms);
  }

  info(label, detail) {
    if (!this.isDone) console.log(`info  ${label}${shown(detail)}`);
  }

  end() {
    if (this.good + this.bad === 0) this.ok("at least one check ran", false);
    this.isDone = true;
    console.log(`${this.name}: ${this.good} passed, ${this.bad} failed`);
    return this.bad === 0 ? 0 : 1;
  }
}

/** Runs `main(cleanup)`; the count is printed and the process leaves, whatever happens. */
export async function bounded(checks, seconds, main) {
  const cleanup = [];
  const leave = async () => {
    const code = checks.end();
    const all = Promise.allSettled(cleanup.reverse().map((close) => close()));
    await Promise.race([all, sleep(8000)]);
    process.exit(code);
  };
  const watch = setTimeout(() => {
    checks.ok(`finished within ${seconds} s`, false);
    leave();
  }, seconds * 1000);
  for (const signal of ["SIGTERM", "SIGINT"]) {
    process.on(signal, () => {
      checks.ok("not interrupted", false);
      leave();
    });
  }
  try {
    await main(cleanup);
  } catch (error) {
    checks.ok("ran to its end", false, String(error?.stack ?? error));
  }
  clearTimeout(watch);
  await leave();
}

/** A program, and what it has said. `stop` ends that process and says how it ended. */
export function start(program, args, { isLoud = false } = {}) {
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
  const running = { pid: child.pid, out: "", exit: null };
  const take = (bytes) => {
    running.out = (running.out + bytes).slice(-200_000);
    if (isLoud) process.stderr.write(bytes);
  };
  child.stdout.on("data", take);
  child.stderr.on("data", take);
  child.on("exit", (code, signal) => {
    running.exit = signal ?? code;
  });
  child.on("error", (error) => {
    running.exit = error.message;
  });
  running.says = (text, ms = 10_000) => until(() => running.out.includes(text) || running.exit !== null, ms);
  running.ended = async (ms = 6000) => {
    await until(() => running.exit !== null, ms);
    return running.exit;
  };
  running.stop = async (signal = "SIGTERM", ms = 6000) => {
    if (running.exit === null) child.kill(signal);
    if ((await until(() => running.exit !== null, ms)) === undefined) {
      child.kill("SIGKILL");
      await until(() => running.exit !== null, 2000);
    }
    return running.exit;
  };
  return running;
}
