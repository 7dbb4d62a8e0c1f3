// SPDX-License-Identifier: Apache-2.0
// Presence tickets as the browsers of the original app sign them: claimed ids, any key. Written from the format alone,
// so that it is a second opinion on ours.

import { generateKeyPairSync, randomBytes, sign } from "node:crypto";

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
  const signature = sign(null, Buffer.from(JSON.stringify(payload)), key.privateKey).toString("base64");
  return { version: 1, algorithm: "ed25519", publicKey: key.publicKey, signature, payload };
}

export const announceBody = (envelope) => JSON.stringify({ ticket: envelope });
