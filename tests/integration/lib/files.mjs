// SPDX-License-Identifier: Apache-2.0
// Files for tests of content: their bytes follow from a seed, so that a failure can be made again; and the commands
// about them, of one node.

import { createCipheriv, createHash } from "node:crypto";
import { closeSync, createReadStream, mkdirSync, openSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { run, until } from "./skep.mjs";

const PIECE = 1 << 20;

/** Writes a file of so many bytes that no two seeds share. */
export function writeFile(path, size, seed) {
  const key = createHash("sha256").update(`${seed}`).digest().subarray(0, 16);
  const cipher = createCipheriv("aes-128-ctr", key, Buffer.alloc(16));
  mkdirSync(dirname(path), { recursive: true });
  const fd = openSync(path, "w");
  for (let at = 0; at < size; at += PIECE) writeSync(fd, cipher.update(Buffer.alloc(Math.min(PIECE, size - at))));
  closeSync(fd);
  return path;
}

export function hashOf(path) {
  return new Promise((resolve, reject) => {
    const hash = createHash("sha256");
    createReadStream(path).on("data", (bytes) => hash.update(bytes)).on("error", reject).on("end", () => resolve(hash.digest("hex")));
  });
}

/** A command of the program for a node: { code, out, err }. */
export const skep = (node, command, args = [], options = {}) => run([command, "--data", node.data, ...args], options);

/** What skep add printed: [{ id, path }]. */
export const linesOf = (out) =>
  out
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => ({ id: line.slice(0, 64), path: line.slice(66) }));

/** Publishes, and gives the lines; throws when it fails. */
export async function add(node, args) {
  const { code, out, err } = await skep(node, "add", args);
  if (code !== 0) throw new Error(`skep add ${args.join(" ")}: ${code} ${err}`);
  return linesOf(out);
}

/** All files of a node, by their ids. */
export async function filesOf(node) {
  const files = new Map();
  for (let cursor = 0; cursor !== null; ) {
    const page = await node.get(`/api/v1/content?limit=500&cursor=${cursor}`);
    for (const file of page.items) files.set(file.id, file);
    cursor = page.next;
  }
  return files;
}

/** A file goes from a node to another, by their APIs alone: the command line does not reach into another network. */
export async function move(from, to, path) {
  const post = (node, where, body) => node.call(where, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  const { body } = await post(from, "/api/v1/files", { path });
  const { id } = body.trim().split("\n").map((line) => JSON.parse(line)).find((line) => line.id);
  await post(to, "/api/v1/files/fetch", { ids: [id] });
  await until("the file is there, verified", 60000, async () => (await filesOf(to)).get(id)?.state === "held");
}

/** One sample of a node's metrics, by its name and labels. */
export async function metricOf(node, sample) {
  const { body } = await node.call("/metrics");
  return Number(body.split("\n").find((line) => line.startsWith(`${sample} `))?.split(" ").pop());
}

/** Bytes of the slices of files that came in. */
export const dataIn = (node) => metricOf(node, 'skep_message_bytes_total{direction="inbound",message="data"}');
