// SPDX-License-Identifier: Apache-2.0
// Makes tests/vectors/content.json: records, manifests, chunks, trees, posts and adverts as docs/protocol.md (W4, W11,
// W12) has them, worked out with Node's own cryptography and BigInt alone. It shares no line with src/, so that two
// implementations have to agree.
//   node tests/vectors/make/content.mjs          writes the file
//   node tests/vectors/make/content.mjs --check  says whether it is what this program makes

import crypto from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";

const place = new URL("../content.json", import.meta.url);

// ---- Bytes and text ----

const hex = (bytes) => Buffer.from(bytes).toString("hex");
const b64 = (bytes) => Buffer.from(bytes).toString("base64");
const sha256 = (...parts) => crypto.createHash("sha256").update(Buffer.concat(parts.map((p) => Buffer.from(p)))).digest();
const named = (name) => sha256(`vector ${name}`); // 32 bytes that look like any others
const u64 = (n) => { const b = Buffer.alloc(8); b.writeBigUInt64BE(BigInt(n)); return b; };
const u32 = (n) => { const b = Buffer.alloc(4); b.writeUInt32BE(n); return b; };

const byCollation = new Intl.Collator("en").compare;
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  return `{${Object.keys(value).sort(byCollation).map((k) => `${JSON.stringify(k)}:${canonical(value[k])}`).join(",")}}`;
}

// ---- Keys ----

const pkcs8 = (oid, seed) => Buffer.concat([Buffer.from(`302e020100300506032b65${oid}04220420`, "hex"), seed]);
const spki = (oid, key) => Buffer.concat([Buffer.from(`302a300506032b65${oid}032100`, "hex"), key]);
const privateKey = (oid, seed) => crypto.createPrivateKey({ key: pkcs8(oid, seed), format: "der", type: "pkcs8" });
const publicKey = (oid, key) => crypto.createPublicKey({ key: spki(oid, key), format: "der", type: "spki" });
const rawPublic = (key) => crypto.createPublicKey(key).export({ format: "der", type: "spki" }).subarray(12);
const ed = "70", x = "6e";

function signer(name) {
  const seed = named(name), key = privateKey(ed, seed);
  return { seed, public: rawPublic(key), sign: (text) => crypto.sign(null, Buffer.from(text), key) };
}

// RFC 7748: the point (x, y) of an Ed25519 key is u = (1 + y) / (1 - y) on the other curve.
const p = (1n << 255n) - 19n;
const little = (bytes) => BigInt(`0x${hex(Buffer.from(bytes).reverse())}`);
function power(base, exponent) {
  let result = 1n;
  for (base %= p; exponent > 0n; exponent >>= 1n, base = (base * base) % p) if (exponent & 1n) result = (result * base) % p;
  return result;
}
function imageOfPublic(key) {
  const y = little(key) & ((1n << 255n) - 1n);
  const u = ((1n + y) * power(p + 1n - y, p - 2n)) % p;
  return Buffer.from(u.toString(16).padStart(64, "0"), "hex").reverse();
}
const imageOfSecret = (seed) => crypto.createHash("sha512").update(seed).digest().subarray(0, 32);
const agree = (secret, theirs) =>
  crypto.diffieHellman({ privateKey: privateKey(x, secret), publicKey: publicKey(x, theirs) });

const hkdf = (secret, salt, info) => Buffer.from(crypto.hkdfSync("sha256", secret, salt, Buffer.from(info), 32));
function seal(key, nonce, aad, text) {
  const cipher = crypto.createCipheriv("aes-256-gcm", key, nonce);
  if (aad.length > 0) cipher.setAAD(aad);
  return Buffer.concat([cipher.update(text), cipher.final(), cipher.getAuthTag()]);
}
const zeroNonce = Buffer.alloc(12), nothing = Buffer.alloc(0);

// ---- Records ----

function userCert(user, node, notBefore, notAfter) {
  const signed = Buffer.concat([Buffer.from("skep-user-cert-v1\0"), node.public, u64(notBefore), u64(notAfter)]);
  return Buffer.concat([user.public, u64(notBefore), u64(notAfter), user.sign(signed)]);
}

function record(body, node, user) {
  const cert = user && userCert(user, node, Math.max(0, body.at - 1000), body.at + 86400000);
  const whole = { ...body, by: b64(user ? user.public : node.public) };
  const signed = `skep-record-v1\n${canonical(whole)}`;
  const envelope = { body: whole, key: b64(node.public), sig: b64(node.sign(signed)) };
  if (cert) envelope.cert = b64(cert);
  return { body: canonical(body), text: canonical(envelope), id: hex(sha256(signed)), at: body.at, type: body.type,
    cert: cert ? b64(cert) : "", author: hex(user ? user.public : node.public), isUser: user !== undefined };
}

// ---- Files ----

const leaf = (id) => sha256([0], id);
function treeRoot(ids) { // RFC 6962, 2.1, as it is written there
  if (ids.length === 1) return leaf(ids[0]);
  let half = 1;
  while (half * 2 < ids.length) half *= 2;
  return sha256([1], treeRoot(ids.slice(0, half)), treeRoot(ids.slice(half)));
}

const chunkSizeOf = (size) => (size <= 2 ** 28 ? 2 ** 18 : size <= 2 ** 34 ? 2 ** 20 : 2 ** 22);
const textOf = (size) => Buffer.from(Uint8Array.from({ length: size }, (_, i) => (i * 7 + (i >> 8) * 13 + 3) & 255));

function sealFile(key, text) {
  const chunkSize = chunkSizeOf(text.length), count = Math.max(1, Math.ceil(text.length / chunkSize));
  const chunkKey = hkdf(key, nothing, "skep-chunk-v1");
  return Array.from({ length: count }, (_, i) => {
    const nonce = Buffer.concat([Buffer.alloc(7), u32(i), Buffer.from([i + 1 === count ? 1 : 0])]);
    return seal(chunkKey, nonce, nothing, text.subarray(i * chunkSize, (i + 1) * chunkSize));
  });
}

const readersOf = {
  public: (key) => ({ for: "public", key: b64(key) }),
  community: (key, root, { secret }) =>
    ({ for: "community", sealed: b64(seal(hkdf(secret, root, "skep-community-v1"), zeroNonce, root, key)) }),
  users: (key, root, { ephemeral, users }) => {
    const from = rawPublic(privateKey(x, ephemeral));
    const keys = users.map((user) => user.public).sort(Buffer.compare).map((user) => {
      const wrapping = hkdf(agree(ephemeral, imageOfPublic(user)), Buffer.concat([from, user]), "skep-wrap-v1");
      return { sealed: b64(seal(wrapping, zeroNonce, root, key)), user: b64(user) };
    });
    return { for: "users", from: b64(from), keys };
  },
};

function manifestBody(given) {
  const { at, size, root, lists, kind, key, about, target, forWhom } = given;
  const chunkSize = chunkSizeOf(size);
  const readers = readersOf[kind](key, root, forWhom);
  const sealedAbout = () => b64(seal(hkdf(key, nothing, "skep-about-v1"), zeroNonce, nothing, Buffer.from(canonical(about))));
  return { type: "manifest", at, size, chunkSize, chunks: Math.max(1, Math.ceil(size / chunkSize)), root: hex(root),
    lists: lists.map(hex), readers, target, about: kind === "public" ? about : sealedAbout() };
}

const at = 1790000000000;
const node = signer("node"), alice = signer("alice"), bob = signer("bob"), carol = signer("carol");
const secret = named("community secret"), ephemeral = named("ephemeral");
const forWhom = { secret, ephemeral, users: [alice, bob] };

function fileVector(name, size, kind, about, target = 3) {
  const key = named(`file key ${name}`), text = textOf(size);
  const chunks = sealFile(key, text), ids = chunks.map((chunk) => sha256(chunk)), root = treeRoot(ids);
  const list = Buffer.concat(ids), lists = ids.length === 1 ? ids : [sha256(list)];
  const body = manifestBody({ at, size, root, lists, kind, key, about, target, forWhom });
  return { name, size, kind, key: hex(key), about, target, root: hex(root), lists: lists.map(hex),
    chunks: chunks.map((chunk, i) => ({ id: hex(ids[i]), sealed: chunk.length <= 64 ? hex(chunk) : "" })),
    list: ids.length === 1 ? "" : hex(list), record: record(body, node, alice) };
}

const syntheticIds = (count) => Array.from({ length: count }, (_, i) => sha256(u32(i)));
function syntheticVector(size) { // a file too large to make: its chunks' ids are SHA-256 of their number
  const key = named("file key large"), ids = syntheticIds(Math.ceil(size / chunkSizeOf(size)));
  const lists = [];
  for (let i = 0; i < ids.length; i += 65536) lists.push(sha256(Buffer.concat(ids.slice(i, i + 65536))));
  const root = treeRoot(ids);
  const body = manifestBody({ at, size, root, lists, kind: "public", key, target: 16,
    about: { mime: "", name: "large" } });
  return { size, chunks: ids.length, root: hex(root), lists: lists.map(hex), record: record(body, node) };
}

function postVector(name, body, user) {
  return { name, ...body, record: record({ type: "post", at, attachments: [], tags: [], text: "", version: 1, ...body }, node, user) };
}
const attachments = [hex(named("attachment 1")), hex(named("attachment 0"))];
const first = postVector("first", { text: "Hello, swarm \"\u{1f41d}\"\n", tags: ["bees", "caf\u00e9"], attachments }, alice);
const later = postVector("later", { at: at + 5000, version: 2, of: first.record.id, text: "Hello again" }, alice);
const gone = postVector("gone", { at: at + 9000, version: 3, of: first.record.id, deleted: true }, alice);

const holds = Array.from({ length: 3 }, (_, i) => named(`held ${i}`)).sort(Buffer.compare).map(hex);
const drop = [hex(named("dropped"))];
const advert = { at, until: at + 3600000, page: 1, pages: 2, holds, drop };

const vectors = {
  comment: "Made by tests/vectors/make/content.mjs with Node's cryptography; not by Skep.",
  seeds: { node: hex(node.seed), alice: hex(alice.seed), bob: hex(bob.seed), carol: hex(carol.seed) },
  communitySecret: hex(secret),
  ephemeral: hex(ephemeral),
  images: [alice, bob].map((user) => ({ seed: hex(user.seed), public: hex(imageOfPublic(user.public)),
    secret: hex(imageOfSecret(user.seed)), shared: hex(agree(ephemeral, imageOfPublic(user.public))),
    sharedByUser: hex(agree(imageOfSecret(user.seed), rawPublic(privateKey(x, ephemeral)))) })),
  records: [
    record({ at, type: "note", text: "of a kind that nobody knows", more: { b: [1, 2.5, null, true], a: "\u0001" } }, node),
    record({ at: 0, type: "note" }, node, alice),
  ],
  files: [
    fileVector("one-chunk", 11, "public", { mime: "text/plain", name: "hello.txt" }),
    fileVector("empty", 0, "community", { mime: "application/octet-stream", name: "nothing" }, 1),
    fileVector("two-chunks", 262144 + 5, "users", { mime: "image/png", name: "\u00e9t\u00e9 \"1\".png" }, 16),
  ],
  large: [syntheticVector(2 ** 38 + 1)],
  trees: [1, 2, 3, 4, 5, 6, 7, 8, 9, 31, 32, 33, 1000].map((count) =>
    ({ count, root: hex(treeRoot(syntheticIds(count))) })),
  posts: [first, later, gone],
  adverts: [{ ...advert, record: record({ type: "advert", ...advert }, node) }],
};

const text = `${JSON.stringify(vectors, null, 1)}\n`;
if (process.argv[2] === "--check") {
  const isSame = readFileSync(place, "utf8") === text;
  console.log(isSame ? "content.json is what is made here" : "content.json is not what is made here: run this without --check");
  process.exit(isSame ? 0 : 1);
}
writeFileSync(place, text);
