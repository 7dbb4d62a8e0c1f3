/* SPDX-License-Identifier: Apache-2.0 */
/* The panels of the fake node, one object each. */

import { noSignaling } from "./fake_signaling.mjs";

function nodeState({ name, isStory }) {
  if (name === "empty") return "starting";
  if (name === "outage") return "cut-off";
  if (name === "cut-off" || name === "stopping") return name;
  return isStory ? "degraded" : "working";
}

function source(node, id, kind, url, attempts, extra) {
  const ok = attempts.filter((attempt) => attempt.ok);
  const last = attempts[attempts.length - 1];
  return {
    id,
    kind,
    url,
    state: extra.state,
    reason: null,
    tickets: node.shape.links,
    latencyMs: ok[ok.length - 1]?.latencyMs ?? null,
    lastSuccessAt: ok[ok.length - 1]?.at ?? 0,
    lastAttemptAt: last?.at ?? 0,
    nextAttemptAt: last === undefined ? 0 : last.at + 11_000,
    attempts: attempts.length,
    successes: ok.length,
    failureStreak: extra.state === "failing" ? attempts.length : 0,
    links: kind === "beacon" && node.shape.links > 0 ? 1 : null,
    linkShare: kind === "beacon" && node.shape.links > 0 ? 1 / node.shape.links : null,
    recent: [...attempts],
    ...extra,
  };
}

function witnesses(node, now, count, reason) {
  return node.peers.slice(0, count).map(({ nodeId }, at) => ({
    nodeId,
    at: now - 200_000 - at * 90_000,
    ...(reason === null ? {} : { reason }),
  }));
}

/* calm is reached by both families; the story's node sits behind a router. */
function reachability(node, now) {
  const nothing = { state: "unknown", since: null, seen: null, confirmedBy: [], failedBy: [], nextProbeAt: null };
  const seen = "203.0.113.5:8782";
  const nextProbeAt = now + 1_450_000;
  if (node.isStory) {
    const failedBy = witnesses(node, now, 3, "timeout");
    const ipv4 = { ...nothing, state: "private", since: now - 700_000, seen, failedBy, nextProbeAt };
    return { ipv4, ipv6: nothing };
  }
  if (node.links.length === 0) return { ipv4: nothing, ipv6: nothing };
  const confirmedBy = witnesses(node, now, 2, null);
  const known = { ...nothing, state: "public", since: now - 5_000_000, confirmedBy, nextProbeAt };
  return { ipv4: { ...known, seen }, ipv6: { ...known, seen: "[2001:db8::5]:8782" } };
}

/** Everything that is not a list of rows. */
export function panels(node, now) {
  const { one, two } = node.attempts;
  const fails = node.shape.beaconFails;
  const all = [...one, ...two];
  const open = node.links.filter((link) => link.state === "open").length;
  const alert = (code, level, subject, age, title, cause) => ({
    code,
    level,
    subject,
    since: now - age,
    title,
    cause,
    actions: [],
  });
  const silentFor =
    "5 requests in a row timed out after 8 s. Beacon 1 still answers, so peers are found.";
  const lossy =
    "Its path runs through a relay. The other links lose 0.2 %, so it is not your uplink.";
  const items = [];
  if (fails)
    items.push(
      alert(
        "beacon-silent",
        "warn",
        "beacon-2",
        372_000,
        "Beacon 2 has not answered for 6 min 12 s",
        silentFor,
      ),
    );
  if (node.name === "outage")
    items.unshift(
      alert(
        "no-network",
        "error",
        "node",
        95_000,
        "No network: every dial fails for 1 min 35 s",
        "No link is up and nobody answers, so this node's own network seems to be down: look at its cable, router or provider. It goes on by itself when a dial gets through; the next one is in 16 s.",
      ),
    );
  if (node.links.length > 0 && node.isStory) {
    const who = node.links[0].nodeId;
    items.push(
      alert(
        "link-loss-high",
        "warn",
        who,
        420_000,
        `${who.slice(0, 4)}…${who.slice(-4)} loses 12.1 % of what it sends us`,
        lossy,
      ),
    );
  }
  if (node.people.pending.length > 0)
    items.push(
      alert(
        "approval-waiting",
        "info",
        "node",
        240_000,
        `${node.people.pending.length} peers wait for your approval`,
        "Manual approval is on. Requests lapse after 10 min.",
      ),
    );
  if (node.isStory)
    items.push(
      alert(
        "not-reachable",
        "info",
        "node",
        700_000,
        "Peers cannot dial this node",
        "3 peers tried and did not get through; links that this node dials itself are not touched by that. To be reached, open TCP port 8782 on the router and in the firewall, or say where it is open with --advertise ADDR:PORT.",
      ),
    );
  return {
    node: {
      nodeId: node.nodeId,
      userId: node.nodeId,
      name: node.name === "calm" ? null : "porch",
      agent: "skep/0.1.0",
      community: "demo",
      boot: "0011223344556677",
      startedAt: node.startedAt,
      roles: ["node", "beacon"],
      api: "127.0.0.1:0",
      listen: "127.0.0.1:8782",
      serve: null,
      advertised: ["127.0.0.1:8782"],
      state: node.control.on.network ? nodeState(node) : "cut-off",
      ticketExpiresAt: now + 170_000,
      reachability: reachability(node, now),
      outage:
        node.name === "outage"
          ? { since: node.outageSince, nextAttemptAt: node.outageNextAt }
          : null,
    },
    signaling: node.signaling?.panel(node.control, now) ?? noSignaling(now),
    rendezvous: {
      state: fails && !node.isStory ? "cache" : "working",
      cacheSince: fails && !node.isStory ? now - 312_000 : null,
      lastHarvestAt: one[one.length - 1]?.at ?? 0,
      nextHarvestAt: (one[one.length - 1]?.at ?? now) + 11_000,
      nextAnnounceAt: now + 60_000,
      firstPeerMs: open > 0 ? 412 : null,
      failureStreak: fails ? 5 : 0,
      attempts: all.length,
      successes: all.filter((attempt) => attempt.ok).length,
      successShare:
        all.length === 0 ? null : all.filter((attempt) => attempt.ok).length / all.length,
      windowMs: 900_000,
      sources: [
        source(node, "beacon-1", "beacon", "http://127.0.0.1:4123", one, { state: "ok" }),
        source(node, "beacon-2", "beacon", "https://beacon2.example", two, {
          state: fails ? "failing" : "ok",
          reason: fails ? "no answer in 8 s" : null,
          ...(fails ? { lastSuccessAt: now - 372_000, nextAttemptAt: now + 38_000 } : {}),
        }),
        source(node, "capsule", "capsule", "https://capsule.example", [], { state: "waiting" }),
        source(node, "cache", "cache", null, [], { state: "ready", tickets: node.peers.length }),
      ],
    },
    mesh: {
      state: open === 0 ? "alone" : "working",
      active: open,
      min: 3,
      target: 8,
      max: 12,
      passive: node.peers.length,
      known: node.peers.length,
      dialing: node.shape.dialing,
    },
    bandwidth: {
      inBytesPerSecond: node.rates?.in ?? null,
      outBytesPerSecond: node.rates?.out ?? null,
      bytesIn: node.bytes.in,
      bytesOut: node.bytes.out,
      since: node.startedAt,
    },
    alerts: { items },
  };
}
