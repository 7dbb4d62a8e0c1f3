/* SPDX-License-Identifier: Apache-2.0 */
/* The rows of the fake node: links and peers with everything the API says about them. */

const base32 = "abcdefghijklmnopqrstuvwxyz234567";

export function prng(seed) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

export function idFrom(random) {
  return Array.from({ length: 32 }, () => base32[Math.floor(random() * 32)]).join("");
}

export function makeLink(node, at, now) {
  const { links, weak, loss } = node.shape;
  const isWeak = at < weak;
  const isOpen = at < links;
  const path = isWeak || at % 7 === 2 ? "relayed" : at % 7 === 6 ? "lan" : "direct";
  const from = ["beacon-1", "capsule", "cache", "operator", "inbound", `peer:${node.nodeId}`];
  return {
    id: String(at + 1),
    nodeId: idFrom(node.random),
    userId: idFrom(node.random),
    userProof: at % 3 === 0 ? "claimed" : "proven",
    transport: "tls",
    path: loss ? path : "direct",
    direction: at % 2 === 0 ? "outbound" : "inbound",
    address: `127.0.0.1:${41000 + at}`,
    state: isOpen ? "open" : "dialing",
    since: now - (isOpen ? 600_000 : 3_000) - at * 7_000,
    level: isWeak ? 212 : loss ? 4 + (at % 40) * 11 : 0.4 + at * 0.2,
    rttMs: null,
    rttP95Ms: null,
    jitterMs: null,
    lossIn: loss && isOpen ? (isWeak ? 0.121 : 0.002) : null,
    lossOut: loss && isOpen ? (isWeak ? 0.038 : 0.001) : null,
    strength: isOpen ? (isWeak ? 34 : at === weak ? 61 : 97 - (at % 14)) : null,
    strengthInputs: {
      delay: isOpen ? (isWeak ? 31 : 96) : null,
      loss: loss && isOpen ? (isWeak ? 12 : 98) : null,
      jitter: isOpen ? (isWeak ? 28 : 93) : null,
      handshakeAge: isOpen ? (isWeak ? 70 : 99) : null,
    },
    bytesIn: isOpen ? 38_200_000 + at * 1_000_000 : 0,
    bytesOut: isOpen ? 9_600_000 + at * 400_000 : 0,
    inBytesPerSecond: isOpen ? 0 : null,
    outBytesPerSecond: isOpen ? 0 : null,
    lastHandshakeAt: isOpen ? now - 4_000 : null,
    lastActivityAt: isOpen ? now - 1_000 : null,
    learnedFrom: from[at % from.length],
    learnedAt: now - (isOpen ? 620_000 : 9_000) - at * 7_000,
    place: at % 8 === 7 ? "guest" : "view",
    isAnchor: at % 4 === 1,
    isOperators: from[at % from.length] === "operator",
    reason: null,
  };
}

/* Why nobody calls them: those that wait for their turn, then those that are not called at all. */
function waitOf(node, at, now) {
  const next = now + 42_000 + at * 1_000;
  const waiting = [
    ["back-off", "waits, longer after each try in vain", 3, "timeout"],
    ["held-down", "dropped again and again and is left alone for a while", 0, "reset"],
    ["budget", "waits because its address was dialled a moment ago", 1, "refused"],
  ];
  const idle = [
    ["not-needed", "is not needed: there are links enough", 0, "view-full"],
    ["no-address", "says nowhere to dial it; it may call us", 0, null],
    ["change", "was refused for good; a newer ticket of its own gives it another chance", 2, "community"],
  ];
  const isWaiting = at < node.shape.waiting;
  const kinds = node.name === "outage" ? [outageWait] : isWaiting ? waiting : idle;
  const [wait, waitText, failures, reason] = kinds[at % kinds.length];
  return { wait, waitText, nextAttemptAt: isWaiting ? next : null, failures, reason };
}

const outageWait = [
  "outage",
  "waits because this node's own network seems to be down",
  4,
  "unreachable",
];

export function makePeers(node, now) {
  const linked = node.links.map((link) => ({
    nodeId: link.nodeId,
    userId: link.userId,
    userProof: link.userProof,
    addrs: [link.address],
    ticketExpiresAt: now + 150_000,
    lastSeenAt: now,
    learnedFrom: link.learnedFrom,
    learnedAt: link.learnedAt,
    linkState: link.state,
    wait: null,
    waitText: null,
    nextAttemptAt: null,
    failures: 0,
    isAnchor: link.isAnchor,
    fromDisk: link.learnedFrom === "cache",
    reason: null,
  }));
  const others = Array.from({ length: node.shape.waiting + node.shape.known }, (_, at) => ({
    nodeId: idFrom(node.random),
    userId: idFrom(node.random),
    userProof: "claimed",
    addrs: [`127.0.0.1:${52000 + at}`],
    ticketExpiresAt: now + 90_000,
    lastSeenAt: now - 30_000 - at * 5_000,
    learnedFrom: at % 2 === 0 ? "beacon-1" : `peer:${node.nodeId}`,
    learnedAt: now - 900_000 - at * 5_000,
    linkState: "none",
    ...waitOf(node, at, now),
    isAnchor: false,
    fromDisk: at % 5 === 4,
  }));
  return [...linked, ...others];
}
