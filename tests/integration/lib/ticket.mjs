// SPDX-License-Identifier: Apache-2.0
// Presence tickets as a stranger makes them, by the formats alone: any id, any key, any lie.

import { generateKeyPairSync, randomBytes, sign } from "node:crypto";

export function makeKey() {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  return { privateKey, raw: publicKey.export({ format: "der", type: "spki" }).subarray(-32) };
}

/** A signed envelope; the members of a payload stand in the order of their names. */
export function makeTicket(key, { peerId, userId = peerId, issuedAt = Date.now(), ttl = 60000 }) {
  const payload = { expiresAt: issuedAt + ttl, issuedAt, nonce: randomBytes(12).toString("base64"), peerId, userId };
  return {
    version: 1,
    algorithm: "ed25519",
    publicKey: key.raw.toString("base64"),
    signature: sign(null, Buffer.from(JSON.stringify(payload)), key.privateKey).toString("base64"),
    payload,
  };
}
