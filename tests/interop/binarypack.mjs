// SPDX-License-Identifier: Apache-2.0
// BinaryPack against the library that peerjs pages carry (peerjs-js-binarypack): what it packs we read, what we pack it
// reads as the same value, and in the same bytes wherever its own decoder would not change them. Values come from a
// generator with a seed, and from a list of what it is known to get wrong.
// node binarypack.mjs PROGRAM [SEEDS]

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { pack, unpack } from "peerjs-js-binarypack";

const [program, seeds = "400"] = process.argv.slice(2);
const PIECE = 16300;

class Ours {
  constructor() {
    this.child = spawn(program, { stdio: ["pipe", "pipe", "inherit"] });
    this.lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
  }

  async ask(...words) {
    this.child.stdin.write(words.join(" ") + "\n");
    const { value, done } = await this.lines.next();
    assert.ok(!done, `our side ended at: ${words.join(" ").slice(0, 100)}`);
    return value.trim();
  }

  end() {
    this.child.stdin.end();
  }
}

const hexOf = (bytes) => Buffer.from(bytes).toString("hex");
const bufferOf = (hex) => new Uint8Array(Buffer.from(hex, "hex")).buffer;

/** Small numbers that look random; the same for the same seed. */
function dice(seed) {
  let state = seed * 2654435761 + 1;
  return (below) => {
    state = (Math.imul(state ^ (state >>> 15), 2246822519) + 374761393) >>> 0;
    return state % below;
  };
}

const TEXTS = [
  "",
  "a",
  "hé 世 😀",
  "x".repeat(15),
  "x".repeat(16),
  'line\nbreak "quote"',
  "\u0000\u001f",
  "y".repeat(300),
];
const NUMBERS = [
  0,
  1,
  -1,
  31,
  -32,
  -33,
  127,
  128,
  255,
  256,
  -128,
  -129,
  65535,
  65536,
  -32769,
  2 ** 31,
  -(2 ** 31),
  2 ** 32,
  5e9,
  2 ** 53,
  0.5,
  -0.25,
  1 / 3,
  1e-7,
  123456.789,
  -2.5e-300,
];

function valueOf(roll, depth) {
  switch (roll(depth > 3 ? 4 : 6)) {
    case 0:
      return TEXTS[roll(TEXTS.length)];
    case 1:
      return NUMBERS[roll(NUMBERS.length)];
    case 2:
      return roll(2) === 0;
    case 3:
      return depth === 0 ? 7 : null;
    case 4:
      return Array.from({ length: [0, 1, 3, 15, 16, 40][roll(6)] }, () => valueOf(roll, depth + 1));
    default:
      return Object.fromEntries(
        Array.from({ length: [0, 1, 3, 15, 16][roll(5)] }, (_, i) => [`k${i}`, valueOf(roll, depth + 1)]),
      );
  }
}

/** Whether a number passes the library unchanged: its doubles lose what its logarithm is wrong about. */
const survives = (value) => Object.is(unpack(pack(value)), value);

const ours = new Ours();
let same = 0;
for (let seed = 1; seed <= Number(seeds); seed++) {
  const value = valueOf(dice(seed), 0);
  const json = JSON.stringify(value);
  const packed = await ours.ask("pack", json);
  assert.deepStrictEqual(unpack(bufferOf(packed)), value, `seed ${seed}: what we packed is read as another value`);
  const theirs = hexOf(pack(value));
  assert.deepStrictEqual(JSON.parse(await ours.ask("read", theirs)), unpack(pack(value)), `seed ${seed}: read by us`);
  if (theirs === packed) same++;
  assert.equal(await ours.ask("rewrite", packed), packed, `seed ${seed}: rewriting changed it`);
}
console.log(`${seeds} values: each read as what it was, by either side; ${same} of them packed in the same bytes`);
assert.ok(same > Number(seeds) / 2, "most values should be packed in the same bytes");

// What its decoder changes, when its encoder wrote it; not when we did.
for (const number of [-5e9, -2147483649, -(2 ** 53), 1.7e300, 0.1, 0]) {
  const packed = await ours.ask("pack", JSON.stringify([number]));
  assert.deepStrictEqual(unpack(bufferOf(packed)), [number], `${number} is read as what it is`);
}
assert.equal(survives(-5e9), false, "the library still gets -5e9 wrong; if not, this trap is gone");
assert.notEqual(
  unpack(bufferOf("cb0000000000000000")),
  0,
  "the library still reads 0.0 wrong; if not, this trap is gone",
);
assert.equal(await ours.ask("rewrite", "91cb0000000000000000"), "9100");
assert.equal(await ours.ask("rewrite", hexOf(pack([-5e9]))), await ours.ask("pack", "[-5000000000]"));
assert.equal(await ours.ask("pack", "null"), "refused nothing");
assert.equal(await ours.ask("rewrite", hexOf(pack(undefined))), "refused nothing");

// Bytes, in the three forms of their length, and what the library makes of typed arrays.
for (const size of [0, 1, 15, 16, 65535, 65536]) {
  const bytes = Uint8Array.from({ length: size }, (_, i) => i * 7);
  const packed = hexOf(pack(bytes));
  assert.equal(JSON.parse(await ours.ask("read", packed)), Buffer.from(bytes).toString("base64"), `${size} bytes`);
  assert.equal(await ours.ask("rewrite", packed), packed);
}

// Pieces: cut as the library cuts, and joined from any order.
function cut(packed, id) {
  const total = Math.ceil(packed.byteLength / PIECE);
  return Array.from({ length: total }, (_, n) =>
    hexOf(pack({ __peerData: id, n, data: packed.slice(n * PIECE, (n + 1) * PIECE), total })),
  );
}
for (const size of [PIECE - 3, PIECE - 2, 2 * PIECE - 3, 2 * PIECE, 100_000, 1_000_000]) {
  const packed = pack("z".repeat(size));
  const wanted = packed.byteLength > PIECE ? cut(packed, size) : [hexOf(packed)];
  assert.deepStrictEqual(
    (await ours.ask("cut", String(size), hexOf(packed))).split(" "),
    wanted,
    `${size} letters cut`,
  );
  if (wanted.length === 1) continue;
  assert.equal(await ours.ask("join", ...wanted.reverse()), hexOf(packed), `${size} letters joined backwards`);
}
ours.end();
console.log("bytes, pieces, and what the library reads wrongly: as it should be");
