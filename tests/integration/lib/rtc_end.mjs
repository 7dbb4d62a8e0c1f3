// SPDX-License-Identifier: Apache-2.0
// Two ends of WebRTC as processes (tests/integration/rtc_end.c), and the signaling between them done here.
//
//   const [a, b] = await meet(program, { a: { args: ["--loopback"] }, b: { wrap: host.wrap } });
//   b.say("expect 1000"); a.say("send 1000 16384");
//   const { words } = await b.next("received", 20000);

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

const children = new Set();
process.on("exit", () => children.forEach((child) => child.kill("SIGKILL")));

export class RtcEnd {
  constructor(program, role, { args = [], wrap = [] } = {}) {
    const words = [...wrap, program, role, ...args];
    this.lines = [];
    this.waiting = [];
    this.child = spawn(words[0], words.slice(1), { stdio: ["pipe", "pipe", "inherit"] });
    this.child.stdin.on("error", () => {}); // it has ended
    this.ended = new Promise((resolve) => this.child.on("exit", (code, signal) => resolve(signal ?? code)));
    createInterface({ input: this.child.stdout }).on("line", (line) => this.#take(line));
    children.add(this.child);
    this.ended.then(() => children.delete(this.child));
  }

  #take(line) {
    this.lines.push(line);
    this.onLine?.(line);
    const words = line.split(" ");
    const isHis = (one) => one.word === words[0] || words[0] === "closed";
    const his = this.waiting.filter(isHis);
    this.waiting = this.waiting.filter((one) => !isHis(one));
    for (const one of his) one.word === words[0] ? one.resolve(words) : one.reject(`${line} in place of "${one.word}"`);
  }

  say(line) {
    this.child.stdin.write(`${line}\n`);
  }

  /** The first line that begins with that word, among those told or to come: its words. */
  async told(word, ms = 20000) {
    const line = this.lines.find((one) => one.split(" ")[0] === word);
    return line === undefined ? this.next(word, ms) : line.split(" ");
  }

  /** The next line that begins with that word. */
  next(word, ms = 20000) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => refuse(`no "${word}" within ${ms} ms`), ms);
      const refuse = (what) => (clearTimeout(timer), reject(new Error(`${what}; it said:\n${this.lines.join("\n")}`)));
      this.waiting.push({ word, resolve: (words) => (clearTimeout(timer), resolve(words)), reject: refuse });
    });
  }

  async look() {
    const next = this.next("look");
    this.say("look");
    const [, packetsIn, packetsMissed, packetsOut, rttUs, path] = await next;
    return { packetsIn: +packetsIn, packetsMissed: +packetsMissed, packetsOut: +packetsOut, rttUs: +rttUs, path };
  }
}

/** Both ends, with what each says of itself carried to the other; not connected yet. */
export function introduce(program, { a, b } = {}) {
  const ends = [new RtcEnd(program, "offer", a), new RtcEnd(program, "answer", b)];
  ends.forEach((end, i) => {
    end.onLine = (line) => {
      if (/^(sdp|candidate)\b/.test(line)) ends[1 - i].say(line);
    };
  });
  return ends;
}

/** The same, with an open channel. */
export async function meet(program, options, ms = 20000) {
  const ends = introduce(program, options);
  await Promise.all(ends.map((end) => end.told("opened", ms)));
  return ends;
}

/** An end in order: the first closes, the other hears of it. */
export async function part([a, b]) {
  const heard = b.told("closed");
  a.say("close");
  await Promise.all([a.told("closed"), heard]);
  return Promise.all([a.ended, b.ended]);
}
