// SPDX-License-Identifier: Apache-2.0
// A node of `skep demo` in its folder, asked like any other, and started again as the demo had started it.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Node, until } from "./skep.mjs";

export class DemoNode extends Node {
  constructor(data) {
    super({ data });
    Object.assign(this, JSON.parse(readFileSync(join(data, "run.json"), "utf8")));
    this.token = readFileSync(join(data, "api.token"), "utf8").trim();
    this.args = readFileSync(`/proc/${this.pid}/cmdline`, "utf8").split("\0").slice(1, -1);
  }

  /** kill -9. The first time it is still the demo's own process, which the demo has to collect. */
  async kill() {
    if (this.child !== undefined) return super.kill();
    process.kill(this.pid, "SIGKILL");
    return until("the killed node is gone", 5000, () => !existsSync(`/proc/${this.pid}`));
  }

  /** kill -9, then the same command line; `wrap`: as in Node. */
  async again(wrap = []) {
    await this.kill();
    this.wrap = wrap;
    return this.start();
  }
}
