// SPDX-License-Identifier: Apache-2.0
// Runs every vector of tickets and canonical JSON through the built program, as a script of another implementation
// would: arguments and standard input in, standard output and the exit code out.
// Usage: node cli_vectors.mjs path/to/skep     (SKEP_VECTORS: another folder of vectors)

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const skep = process.argv[2];
const folder = process.env.SKEP_VECTORS ?? join(dirname(fileURLToPath(import.meta.url)), "..", "vectors");
const scratch = mkdtempSync(join(tmpdir(), "skep-cli-"));
let passed = 0;
const failures = [];

const read = (name) => JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8"));

function run(args, input = "") {
  const result = spawnSync(skep, args, { input, timeout: 20000, maxBuffer: 1 << 26 });
  if (result.error) throw result.error;
  return { code: result.status, out: result.stdout.toString("utf8"), bytes: result.stdout, err: result.stderr.toString("utf8") };
}

function expect(name, actual, wanted) {
  if (JSON.stringify(actual) === JSON.stringify(wanted)) passed += 1;
  else failures.push(`${name}\n  is        ${JSON.stringify(actual)}\n  should be ${JSON.stringify(wanted)}`);
}

// ---- ticket create: the envelope of the reference, byte for byte, by seed and by key file ----

function pem(base64) {
  return `-----BEGIN PRIVATE KEY-----\n${base64}\n-----END PRIVATE KEY-----\n`;
}

function createArguments({ params, envelope }) {
  const args = ["--peer-id", params.peerId, "--user-id", params.userId, "--now", String(params.now)];
  if (params.ttlMs !== null) args.push("--ttl", String(params.ttlMs));
  args.push("--nonce", params.nonce ?? envelope.payload.nonce);
  return args;
}

function createVector(vector) {
  const wanted = { code: 0, out: `${JSON.stringify(vector.envelope)}\n` };
  const args = createArguments(vector);
  const bySeed = run(["ticket", "create", "--seed", vector.key.seedHex, ...args]);
  expect(`create ${vector.name} by seed`, { code: bySeed.code, out: bySeed.out }, wanted);
  const file = join(scratch, "node.key");
  writeFileSync(file, pem(vector.key.privateKeyPkcs8), { mode: 0o600 });
  const byFile = run(["ticket", "create", "--key", file, ...args]);
  expect(`create ${vector.name} by key file`, { code: byFile.code, out: byFile.out }, wanted);
  const byInput = run(["ticket", "create", "--key", "-", ...args], pem(vector.key.privateKeyPkcs8));
  expect(`create ${vector.name} by standard input`, { code: byInput.code, out: byInput.out }, wanted);
}

// ---- ticket verify: the reason of the reference, or ours where it is weak ----

const isString = (value) => typeof value === "string";

function isMalformed(envelope) {
  const payload = envelope.payload ?? {};
  const strings = [envelope.algorithm, envelope.publicKey, envelope.signature, payload.peerId, payload.userId, payload.nonce];
  return envelope.version !== 1 || !strings.every(isString) || ![payload.issuedAt, payload.expiresAt].every(Number.isSafeInteger);
}

// The reference throws, or accepts against its own better judgement: we say MALFORMED for what is out of form and
// SIGNATURE_INVALID for base64 that is none. Claimed ids under any key and times in the wrong order stay accepted.
function answerOf(vector) {
  const isOdd = (vector.note ?? "").startsWith("weakness") || vector.expect.throws !== undefined;
  if (isOdd && isMalformed(vector.envelope)) return "MALFORMED";
  if (vector.expect.throws !== undefined) return "SIGNATURE_INVALID";
  return vector.expect.ok ? "ok" : vector.expect.reason;
}

function verifyArguments(options) {
  const args = ["--now", String(options.now)];
  if (options.allowClockSkewMs !== undefined) args.push("--skew", String(options.allowClockSkewMs));
  if (options.expectedPeerId !== undefined) args.push(`--expect-peer=${options.expectedPeerId}`);
  if (options.expectedUserId !== undefined) args.push(`--expect-user=${options.expectedUserId}`);
  for (const key of options.trustedPublicKeys ?? []) args.push(`--trust=${key}`);
  if (options.trustedPublicKeys?.length === 0) args.push("--trust-none");
  return args;
}

function verifyVector(vector) {
  const answer = answerOf(vector);
  const code = answer === "ok" ? 0 : 4;
  const args = ["ticket", "verify", ...verifyArguments(vector.options)];
  const plain = run(args, JSON.stringify(vector.envelope));
  expect(`verify ${vector.name}`, { code: plain.code, out: plain.out }, { code, out: `${answer}\n` });
  const spaced = run([...args, "--json"], JSON.stringify(vector.envelope, null, 2));
  const wanted = answer === "ok" ? { ok: true } : { ok: false, reason: answer };
  expect(`verify ${vector.name} as JSON`, { code: spaced.code, out: JSON.parse(spaced.out) }, { code, out: wanted });
}

// ---- canon: the canonical bytes, and nothing behind them ----

function canonVector(vector) {
  if (vector.input.kind !== "json" || vector.utf8Hex === undefined) return;
  const result = run(["canon"], vector.input.text);
  expect(`canon ${vector.name}`, { code: result.code, hex: result.bytes.toString("hex") }, { code: 0, hex: vector.utf8Hex });
}

// ---- What the vectors do not say: usage, limits, refusals ----

const seed = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
const nodeId = "myxzypxz7askc56bpu6l5rklmdee7mst";
const native = ["ticket", "create", "--seed", seed, "--now", "1763640000000"];

function codeOf(name, args, wanted, input = "") {
  const result = run(args, input);
  expect(name, result.code, wanted);
  return result;
}

function outcome(name, args, input, wanted) {
  const result = run(args, input);
  expect(name, { code: result.code, out: result.out }, wanted);
}

function usage() {
  codeOf("no command is a usage error", [], 2);
  codeOf("an unknown command is a usage error", ["frob"], 2);
  codeOf("help is no error", ["help"], 0);
  codeOf("help of a command is no error", ["help", "ticket"], 0);
  codeOf("help of an unknown command is a usage error", ["help", "frob"], 2);
  codeOf("the version is no error", ["--version"], 0);
  codeOf("ticket alone is a usage error", ["ticket"], 2);
  codeOf("an unknown subcommand is a usage error", ["ticket", "frob"], 2);
  codeOf("create without a key is a usage error", ["ticket", "create"], 2);
  codeOf("create with two keys is a usage error", ["ticket", "create", "--seed", seed, "--key", "x"], 2);
  codeOf("a short seed is a usage error", ["ticket", "create", "--seed", "9d61"], 2);
  codeOf("a missing key file fails", ["ticket", "create", "--key", join(scratch, "absent")], 1);
  codeOf("a damaged key fails", ["ticket", "create", "--key", "-"], 1, "-----BEGIN PRIVATE KEY-----\n");
  const unknown = codeOf("an unknown option is a usage error", ["ticket", "verify", "--frob"], 2);
  expect("the message names the option", unknown.err.includes("--frob") && unknown.err.includes("--help"), true);
  for (const args of [["ticket"], ["ticket", "create"], ["ticket", "verify"], ["canon"], ["version"]]) {
    const help = codeOf(`help of ${args.join(" ")}`, [...args, "--help"], 0);
    expect(`help of ${args.join(" ")} begins with examples`, help.out.startsWith("Examples:\n"), true);
  }
}

function nativeTickets() {
  const members = ["--addr", "203.0.113.5:8782", "--addr", "[2001:db8::5]:8782", "--community", "mainnet", "--boot", "0123456789abcdef"];
  const made = codeOf("a native ticket is made", [...native, ...members], 0);
  const { payload } = JSON.parse(made.out);
  expect("its peer id is the nodeId of the key", payload.peerId, nodeId);
  expect("its addresses are kept in order", payload.addrs, ["203.0.113.5:8782", "[2001:db8::5]:8782"]);
  expect("its run and community are there", [payload.boot, payload.community], ["0123456789abcdef", "mainnet"]);
  outcome("it verifies", ["ticket", "verify", "--now", "1763640000000"], made.out, { code: 0, out: "ok\n" });
  outcome("it expires", ["ticket", "verify", "--now", "1763640195001"], made.out, { code: 4, out: "EXPIRED\n" });
  const stolen = made.out.replace("mainnet", "another");
  outcome("its community is signed", ["ticket", "verify", "--now", "1763640000000"], stolen, { code: 4, out: "SIGNATURE_INVALID\n" });
  codeOf("its life is bounded", [...native, "--ttl", "600001"], 4);
  codeOf("another key's nodeId is refused", [...native, "--peer-id", `n${nodeId.slice(1)}`], 4);
  codeOf("a claimed ticket has no addresses", [...native, "--peer-id", "peer-v", "--addr", "203.0.113.5:8782"], 2);
  codeOf("a name is no address", [...native, "--addr", "node.example.org:8782"], 2);
  codeOf("five addresses are too many", [...native, ...Array(5).fill("--addr=203.0.113.5:8782")], 2);
}

function refusals() {
  const malformed = { code: 4, out: "MALFORMED\n" };
  outcome("nothing is malformed", ["ticket", "verify"], "", malformed);
  outcome("half of JSON is malformed", ["ticket", "verify"], '{"version":1', malformed);
  outcome("a list is malformed", ["ticket", "verify"], "[]", malformed);
  outcome("70 000 bytes are malformed", ["ticket", "verify"], `"${"x".repeat(70000)}"`, malformed);
  outcome("keys in no known order are refused", ["canon"], '{"ü":1,"b":2}', { code: 4, out: "" });
  outcome("one foreign key needs no order", ["canon"], '{"ü" : 1}', { code: 0, out: '{"ü":1}' });
  outcome("broken JSON is refused", ["canon"], "{", { code: 4, out: "" });
  outcome("two values are refused", ["canon"], "1 2", { code: 4, out: "" });
  outcome("nesting over 64 is refused", ["canon"], "[".repeat(65) + "]".repeat(65), { code: 4, out: "" });
  outcome("nesting of 64 is kept", ["canon"], "[".repeat(64) + "]".repeat(64), { code: 0, out: "[".repeat(64) + "]".repeat(64) });
  outcome("over 1 MiB is refused", ["canon"], " ".repeat(1048577), { code: 4, out: "" });
  const many = `[${"1e20,".repeat(200000)}0]`;
  const full = run(["canon"], many);
  expect("what grows most still fits", { code: full.code, size: full.out.length }, { code: 0, size: 2 + 22 * 200000 + 1 });
}

const tickets = read("presence_tickets");
tickets.create.forEach(createVector);
tickets.verify.forEach(verifyVector);
read("canonical_json").cases.forEach(canonVector);
usage();
nativeTickets();
refusals();
rmSync(scratch, { recursive: true });
for (const failure of failures) console.error(`FAILED ${failure}`);
console.log(`${passed} passed, ${failures.length} failed`);
process.exit(failures.length === 0 ? 0 : 1);
