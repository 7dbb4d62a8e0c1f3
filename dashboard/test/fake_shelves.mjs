/* SPDX-License-Identifier: Apache-2.0 */
/* What the fake node has beside files: posts, what waits to leave, what did not verify, and the reading back. */

import { createHash } from "node:crypto";
import { bodyOf, json, problem } from "./answers.mjs";

const idOf = (what) => createHash("sha256").update(what).digest("hex");
const minute = 60_000;
const ours = { author: "n0de7rs2aabbccddeeffgghhiijjkkab", userId: "us3r7rs2aabbccddeeffgghhiijjkkab", isOurs: true, name: null };
const theirs = { author: "tjq4k2aabbccddeeffgghhiijjkkw6mz", userId: "u5er22aabbccddeeffgghhiijjkkw6mz", isOurs: false, name: "Mara" };

function post(text, at, own = {}) {
  const id = idOf(`${text}${at}`);
  const rest = { version: 1, deleted: false, tags: [], attachments: [], conflicts: [], signature: "verified" };
  return { id, of: id, text, at, ...rest, ...theirs, ...own };
}

function board(files, now) {
  const idOfFile = (name) => files.find((file) => file.name === name)?.id ?? idOf(name);
  return [
    post("The river is at 2.4 m and falling. Pump 2 runs again; the part came with the morning boat.", now - 12.4 * minute, {
      tags: ["river", "pumps"],
      attachments: [idOfFile("weather-2026.csv")],
    }),
    post("Minutes of yesterday are attached. Corrected: the next meeting is on the 4th.", now - 95 * minute, {
      ...ours,
      version: 2,
      of: idOf("minutes"),
      tags: ["meeting"],
      attachments: [idOfFile("field-recordings-2026-04.tar"), idOf("a file that nobody told of")],
    }),
    post("Seeds: take what you need, write down what you took.", now - 300 * minute, {
      ...ours,
      version: 3,
      of: idOf("seeds"),
      conflicts: [idOf("seeds, on the other machine")],
    }),
    post("", now - 400 * minute, { deleted: true, version: 2, of: idOf("gone") }),
  ];
}

function queue(files, now) {
  const held = files.filter(({ state }) => state === "held" || state === "fetching");
  const short = held.filter(({ redundancy }) => redundancy?.state === "under");
  return [
    ...short.map(({ id, name, at, redundancy: { seen, target } }) => ({ kind: "file", id, name, at, waitsFor: "holders", seen, target })),
    ...held
      .filter(({ state, sources }) => state === "fetching" && sources === 0)
      .map(({ id, name }) => ({ kind: "file", id, name, at: now - 20 * minute, waitsFor: "a-provider" })),
  ];
}

function shelf(now) {
  return [
    {
      number: 2,
      cause: "chunk-other",
      wanted: idOf("what was asked for"),
      actual: idOf("what came"),
      firstDifference: 70_213,
      sender: "l1ar42aabbccddeeffgghhiijjkkw6mz",
      signer: theirs.author,
      expectedKey: theirs.userId,
      at: now - 34.4 * minute,
      size: 262_144,
    },
    {
      ...{ number: 1, cause: "record-signature-invalid", wanted: null, actual: idOf("a record"), firstDifference: null },
      ...{ sender: null, signer: null, expectedKey: null, at: now - 1566 * minute, size: 1_404 },
    },
  ];
}

export class FakeShelves {
  constructor(files, now) {
    const isEmpty = files.length === 0;
    this.posts = isEmpty ? [] : board(files, now);
    this.outbox = isEmpty ? [] : queue(files, now);
    this.quarantine = isEmpty ? [] : shelf(now);
    this.scrub = { running: !isEmpty, bytesPerSecond: 8_388_608, bytes: 412_000_000, faults: 0, passes: 3, endedAt: now - 130 * minute };
    this.written = [];
    /* [status, title, detail] to refuse what is asked of them. */
    this.refusal = null;
    /* Own records that nobody has taken yet. */
    this.waiting = [];
  }

  has(path) {
    return /^\/api\/v1\/(posts|outbox|quarantine)(\/|$)/.test(path);
  }

  get oldestAt() {
    return this.waiting.length === 0 ? null : Math.min(...this.waiting.map(({ at }) => at));
  }

  panel() {
    return {
      outbox: { waiting: this.waiting.length, oldestAt: this.oldestAt },
      quarantine: { count: this.quarantine.length },
      posts: { count: this.posts.length },
      scrub: this.scrub,
    };
  }

  answer(request, path, asked, response) {
    if (this.refusal !== null) return problem(response, ...this.refusal);
    const [, , , what, number] = path.split("/");
    if (request.method === "GET") return this.list(what, asked, response);
    if (request.headers["x-skep-request"] !== "1") return problem(response, 403, "Not from this page");
    if (request.method === "POST" && what === "posts") return this.write(request, response);
    if (request.method === "DELETE" && what === "quarantine") return this.remove(Number(number), response);
    return problem(response, 405, "Not so");
  }

  rowsOf(what) {
    if (what === "posts") return [...this.posts].sort((a, b) => b.at - a.at);
    if (what === "quarantine") return this.quarantine;
    return [...this.waiting, ...this.outbox];
  }

  list(what, asked, response) {
    const rows = this.rowsOf(what);
    const from = Number(asked.get("cursor") ?? 0);
    const end = from + Number(asked.get("limit") ?? 100);
    const records = { waiting: this.waiting.length, oldestAt: this.oldestAt };
    json(response, 200, {
      asOf: Date.now(),
      ...(what === "outbox" ? { records } : {}),
      items: rows.slice(from, end),
      next: end < rows.length ? end : null,
    });
  }

  async write(request, response) {
    const body = await bodyOf(request);
    const { text, tags = [], attachments = [], of, deleted = false } = body;
    const before = this.posts.find((one) => one.of === of);
    if (of !== undefined && before === undefined) return problem(response, 404, "There is no such post of yours");
    this.written.push(body);
    const made = post(text, Date.now(), { ...ours, tags, attachments, deleted, version: (before?.version ?? 0) + 1, ...(of === undefined ? {} : { of }) });
    this.posts = [made, ...this.posts.filter((one) => one !== before)];
    this.waiting.push({ kind: "post", id: made.id, name: null, at: made.at, waitsFor: "a-neighbour" });
    json(response, 201, { id: made.id, of: made.of, version: made.version, at: made.at });
  }

  remove(number, response) {
    const left = this.quarantine.filter((one) => one.number !== number);
    if (left.length === this.quarantine.length) return problem(response, 404, "It is not there", "Somebody removed it before.");
    this.quarantine = left;
    response.writeHead(204).end();
  }
}
