// SPDX-License-Identifier: Apache-2.0
// Presence tickets as the browsers of the original app sign them (claimed ids, any key), and as nodes do. Written from
// the format alone, so that it is a second opinion on ours.

import { createHash, generateKeyPairSync, randomBytes, sign } from "node:crypto";

export function newKey() {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const raw = publicKey.export({ format: "der", type: "spki" }).subarray(-32);
  return { privateKey, publicKey: raw.toString("base64") };
}

/** An envelope of `peerId`, signed with `key` now. */
export function ticket(key, peerId, { lifeMs = 180000, now = Date.now() } = {}) {
  const payload = {
    expiresAt: now + lifeMs,
    issuedAt: now,
    nonce: randomBytes(12).toString("base64"),
    peerId,
    userId: `user-of-${peerId}`,
  };
  return seal(key, payload);
}

/** Members in the order of their names, which is the order that is signed. */
function seal(key, payload) {
  const signature = sign(null, Buffer.from(JSON.stringify(payload)), key.privateKey).toString("base64");
  return { version: 1, algorithm: "ed25519", publicKey: key.publicKey, signature, payload };
}

function base32(bytes) {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  return bits.match(/.{5}/g).map((five) => "abcdefghijklmnopqrstuvwxyz234567"[parseInt(five, 2)]).join("");
}

const idOf = (key, tag) =>
  base32(createHash("sha256").update(tag).update(Buffer.from(key.publicKey, "base64")).digest().subarray(0, 20));

/** The name of the node that has this public key, in base64. */
export const nodeIdOfKey = (publicKey) => idOf({ publicKey }, "skep-node-v1");

/** An envelope as nodes sign it: ids that follow from the key, and addresses to dial. */
export function nativeTicket(key, addrs, { community = "test", lifeMs = 180000, now = Date.now() } = {}) {
  return seal(key, {
    addrs,
    boot: randomBytes(8).toString("hex"),
    community,
    expiresAt: now + lifeMs,
    issuedAt: now,
    nonce: randomBytes(12).toString("base64"),
    peerId: idOf(key, "skep-node-v1"),
    userId: idOf(key, "skep-user-v1"),
  });
}

export const announceBody = (envelope) => JSON.stringify({ ticket: envelope });
