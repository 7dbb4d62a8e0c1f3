/* SPDX-License-Identifier: Apache-2.0 */
/* The files of the fake node, as src/daemon/api/content_calls.c answers: what is fetched comes a chunk further with each
 * look, and what is uploaded is published with the bytes that came. */

import { createHash } from "node:crypto";
import { json, problem } from "./answers.mjs";
import { FakeShelves } from "./fake_shelves.mjs";

const idOf = (what) => createHash("sha256").update(what).digest("hex");
const hour = 3_600_000;
const known = {
  mime: "application/octet-stream",
  author: "tjq4k2aabbccddeeffgghhiijjkkw6mz",
  isOurs: false,
  readers: "public",
  target: 3,
  sources: null,
  trouble: null,
  role: "pinned",
};

/** How many hold it, as the engine judges it. */
function copies(target, seen, own = {}) {
  const state = seen === null ? "unknown" : seen < target ? "under" : seen > target ? "over" : "ok";
  return { target, seen, verified: seen === null ? null : Math.max(0, seen - 1), domains: seen === null ? null : Math.min(2, seen), coming: 0, state, ...own };
}

function held(name, size, own = {}) {
  const chunks = Math.max(1, Math.ceil(size / 262_144));
  const file = { id: idOf(name), state: "held", name, size, chunks, chunksHere: chunks, stage: "whole", ...known, ...own };
  return { redundancy: copies(file.target, file.target), ...file };
}

function fetching(name, chunks, chunksHere, own = {}) {
  const size = chunks * 262_144 - 1_000;
  return { ...held(name, size), state: "fetching", chunks, chunksHere, stage: "chunks", sources: 2, role: "wanted", ...own };
}

/** Of somebody else, and not here. */
function elsewhere(name, size, own = {}) {
  return { ...held(name, size), state: "known", chunksHere: 0, stage: null, role: "known", ...own };
}

const nothing = {
  ...{ name: null, mime: null, size: null, author: null, at: null, readers: null, target: null },
  ...{ chunks: null, chunksHere: null, redundancy: null },
};

function library(now) {
  return [
    held("field-recordings-2026-04.tar", 812_345_678, { at: now - 26 * hour, isOurs: true, role: "published", redundancy: copies(3, 2, { coming: 1 }) }),
    held("minutes of the meeting.pdf", 182_400, { at: now - 3 * hour, readers: "community", mime: "application/pdf", role: "replica", redundancy: copies(3, 5) }),
    held("recovery-key.txt", 412, { at: now - 90 * 24 * hour, readers: "users", isOurs: true, target: 5, mime: "text/plain", role: "published", redundancy: copies(5, 1, { verified: null, domains: 1 }) }),
    { ...held("sealed", 1), ...nothing, mime: null, trouble: null, role: "replica", redundancy: copies(3, null) },
    held("map of <b>the</b> valley.png", 4_812_000, { at: now - 2 * hour, mime: "image/png" }),
    fetching("seed-catalogue.sqlite", 40, 11, { at: now - 20 * 60_000 }),
    elsewhere("weather-2026.csv", 92_000_000, { at: now - hour, mime: "text/csv" }),
    { ...elsewhere("for others", 1), name: null, mime: null, readers: null, size: 5_300, at: now - 4 * hour, redundancy: copies(4, 2) },
    fetching("harvest-video.mp4", 900, 420, {
      at: now - 5 * hour,
      sources: 0,
      trouble: "no linked peer has the rest of it; the last one left 4 min ago",
    }),
    { ...fetching("asked", 1, 0), ...nothing, stage: "manifest", sources: 0 },
  ];
}

export class FakeContent {
  constructor(scenario, now = Date.now()) {
    this.items = scenario === "empty" ? [] : library(now);
    this.bytesMax = 2 * 1024 ** 3;
    /* [status, title, detail] to refuse what is asked of files. */
    this.refusal = null;
    /* A download is refused by this. */
    this.readRefusal = null;
    this.uploaded = [];
    this.isHeldUp = false; // fetches stand still, and uploads are not answered
    this.isOld = false; // a node from before posts, copies and the rest
    this.shelves = new FakeShelves(this.items, now);
  }

  get bytesUsed() {
    return this.items.reduce((sum, { size, chunks, chunksHere }) => sum + (size ?? 0) * (chunks ? chunksHere / chunks : 0), 0);
  }

  step() {
    if (this.isHeldUp) return;
    for (const item of this.items) {
      if (item.state === "held" || item.stage !== "chunks" || item.trouble !== null) continue;
      item.chunksHere += 1;
      if (item.chunksHere === item.chunks) Object.assign(item, { state: "held", stage: "whole", sources: null });
    }
  }

  /** The panel `content` of the stream. */
  panel(now) {
    if (this.isOld) return null;
    const redundancy = { ok: 0, under: 0, over: 0, unknown: 0 };
    const here = this.items.filter(({ state }) => state === "held");
    for (const { redundancy: told } of here) redundancy[told?.state ?? "unknown"] += 1;
    const storage = {
      usedBytes: Math.floor(this.bytesUsed),
      maxBytes: this.bytesMax,
      objects: this.items.length + this.shelves.posts.length,
      files: here.length,
      replicas: here.filter(({ role }) => role === "replica").length,
      freeBytes: 31_400_000_000,
    };
    return { ...this.shelves.panel(now), storage, redundancy };
  }

  /** An item as this node's version tells it. */
  told({ role, redundancy, ...item }) {
    return this.isOld ? item : { ...item, role, redundancy };
  }

  answer(request, path, asked, response) {
    if (this.shelves.has(path)) {
      if (this.isOld) return problem(response, 404, "Nothing is here");
      return this.shelves.answer(request, path, asked, response);
    }
    if (this.refusal !== null) return problem(response, ...this.refusal);
    if (request.method === "GET") return path === "/api/v1/content" ? this.list(asked, response) : this.read(path, response);
    if (request.headers["x-skep-request"] !== "1") return problem(response, 403, "Not from this page");
    if (request.method === "PUT" && path === "/api/v1/uploads") return this.take(request, asked, response);
    if (request.method === "POST" && path === "/api/v1/files/fetch") return this.want(request, response);
    if (request.method === "DELETE") return this.remove(path, asked, response);
    return problem(response, 404, "Nothing is here");
  }

  remove(path, asked, response) {
    const item = this.items.find(({ id, state }) => path === `/api/v1/files/${id}` && state !== "known");
    if (item === undefined) return problem(response, 404, "This file is not here", "`skep get ID` fetches it.");
    const others = (item.redundancy?.seen ?? 1) - 1;
    if (item.state === "held" && others <= 0 && asked.get("force") !== "true")
      return problem(response, 409, "No other node is known to hold this file", "Ask with ?force=true.");
    if (item.author === null && item.state === "fetching") this.items.splice(this.items.indexOf(item), 1);
    else Object.assign(item, { state: "known", role: "known", stage: null, sources: null });
    response.writeHead(204).end();
  }

  list(asked, response) {
    this.step();
    const from = Number(asked.get("cursor") ?? 0);
    const end = from + Number(asked.get("limit") ?? 100);
    const items = this.isOld ? this.items.filter(({ state }) => state !== "known") : this.items;
    const many = (state) => this.items.filter((item) => item.state === state).length;
    json(response, 200, {
      asOf: Date.now(),
      held: many("held"),
      fetching: many("fetching"),
      bytesUsed: Math.floor(this.bytesUsed),
      bytesMax: this.bytesMax,
      items: items.slice(from, end).map((item) => this.told(item)),
      next: end < items.length ? end : null,
    });
  }

  read(path, response) {
    const item = this.items.find(({ id }) => path === `/api/v1/files/${id}`);
    if (item === undefined) return problem(response, 404, "This file is not here", "`skep get ID` fetches it.");
    if (this.readRefusal !== null) return problem(response, ...this.readRefusal);
    response.writeHead(200, { "Content-Type": "application/octet-stream", "Content-Disposition": "attachment" });
    response.end(this.uploaded.find(({ id }) => id === item.id)?.bytes ?? `what is in ${item.name}`);
  }

  async want(request, response) {
    let body = "";
    for await (const part of request) body += part;
    const { ids } = JSON.parse(body);
    const came = { held: 0, fetching: 0, refused: 0 };
    for (const id of ids) {
      const item = this.items.find((one) => one.id === id);
      came[item?.state === "held" ? "held" : "fetching"] += 1;
      if (item?.state === "known") Object.assign(item, { state: "fetching", stage: "chunks", sources: 2, role: "wanted" });
      if (item === undefined) this.items.push({ ...fetching(id, 1, 0), ...nothing, id, stage: "manifest", sources: 0 });
    }
    json(response, 200, came);
  }

  async take(request, asked, response) {
    while (this.isHeldUp && !response.destroyed) await new Promise((done) => setTimeout(done, 50));
    if (response.destroyed) return;
    const parts = [];
    try {
      for await (const part of request) parts.push(part);
    } catch {
      return; // cancelled
    }
    const bytes = Buffer.concat(parts);
    if (this.bytesMax !== null && this.bytesUsed + bytes.length > this.bytesMax)
      return problem(response, 507, "There is no room for this file", "It is over what this node may keep: remove something, or allow more with storage-max.");
    const [name, readers] = [asked.get("name"), asked.get("readers")];
    const item = held(name, bytes.length, { readers, target: Number(asked.get("target") ?? 3), at: Date.now(), isOurs: true, role: "published", redundancy: copies(Number(asked.get("target") ?? 3), 1) });
    this.items.push(item);
    this.uploaded.push({ id: item.id, bytes, readers });
    json(response, 201, { id: item.id, size: bytes.length });
  }
}
