// SPDX-License-Identifier: Apache-2.0
// Many peers at once: tests/integration/link_crowd.c as a test drives it.

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fail } from "./skep.mjs";

const running = new Set();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

export class Crowd {
  /** `onOpen`, `onEnd`: called with each line. `wrap`: a command in front, which becomes the program. */
  constructor(program, to, { args = [], wrap = [], onOpen = () => {}, onEnd = () => {} } = {}) {
    this.opened = new Map(); // nodeId -> the line, of the links that are open
    this.ends = [];
    this.openCount = 0;
    const [command, ...words] = [...wrap, program, "--to", to, ...args.map(String)];
    this.child = spawn(command, words, { stdio: ["ignore", "pipe", "inherit"] });
    running.add(this.child);
    this.over = new Promise((resolve) => this.child.on("exit", (code, signal) => resolve({ code, signal })));
    this.over.then(() => running.delete(this.child));
    createInterface({ input: this.child.stdout }).on("line", (text) => {
      const line = JSON.parse(text);
      try {
        if (line.what === "open") this.#open(line, onOpen);
        else this.#end(line, onEnd);
      } catch (error) {
        fail(error);
      }
    });
  }

  #open(line, onOpen) {
    this.openCount++;
    this.opened.set(line.nodeId, line);
    onOpen(line);
  }

  #end(line, onEnd) {
    this.opened.delete(line.nodeId);
    this.ends.push(line);
    onEnd(line);
  }

  async stop() {
    this.child.kill("SIGTERM");
    return this.over;
  }
}

/** The wall clock as the crowd has it, in microseconds. */
export const nowUs = () => Math.round((performance.timeOrigin + performance.now()) * 1000);
