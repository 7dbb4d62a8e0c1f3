/* A node that is not there: figures that move like those of a real one, in the shapes of
 * docs/developers/api.md. Every run with the same seed tells the same story. */

const base32 = "abcdefghijklmnopqrstuvwxyz234567";

function prng(seed) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function idFrom(random) {
  return Array.from({ length: 32 }, () => base32[Math.floor(random() * 32)]).join("");
}

/** What each scenario is made of. */
const scenarios = {
  calm: { links: 7, dialing: 0, waiting: 0, known: 0, weak: 0, loss: false, beaconFails: false },
  story: { links: 8, dialing: 1, waiting: 1, known: 3, weak: 1, loss: true, beaconFails: true },
  many: { links: 200, dialing: 4, waiting: 20, known: 300, weak: 3, loss: true, beaconFails: false },
  empty: { links: 0, dialing: 0, waiting: 0, known: 0, weak: 0, loss: false, beaconFails: false },
  "cut-off": { links: 0, dialing: 2, waiting: 6, known: 0, weak: 0, loss: false, beaconFails: true },
  stopping: { links: 2, dialing: 0, waiting: 0, known: 2, weak: 0, loss: false, beaconFails: false },
};

export const scenarioNames = Object.keys(scenarios);

function nodeState(name) {
  if (name === "empty") return "starting";
  if (name === "cut-off" || name === "stopping") return name;
  return name === "story" ? "degraded" : "working";
}

export class FakeNode {
  constructor(scenario, seed = 7, now = Date.now()) {
    this.shape = scenarios[scenario];
    if (this.shape === undefined) throw new Error(`no scenario ${scenario}`);
    this.name = scenario;
    this.random = prng(seed);
    this.startedAt = now - (scenario === "empty" ? 8_000 : 2 * 3_600_000);
    this.nodeId = idFrom(this.random);
    this.sequence = 0;
    this.bytes = { in: 0, out: 0 };
    this.links = Array.from({ length: this.shape.links + this.shape.dialing }, (_, at) =>
      this.makeLink(at, now),
    );
    this.peers = this.makePeers(now);
    this.events = [];
    this.attempts = { one: [], two: [], capsule: [] };
    for (let back = 90; back > 0; back -= 10) this.fetchSources(now - back * 1_000);
    for (const link of this.links.slice(0, 4)) {
      this.log(link.since, "info", "mesh", "link-open", `linked to ${link.nodeId.slice(0, 4)}`, {
        nodeId: link.nodeId,
        address: link.address,
      });
    }
  }

  makeLink(at, now) {
    const { links, weak, loss } = this.shape;
    const isWeak = at < weak;
    const isOpen = at < links;
    const path = isWeak || at % 7 === 2 ? "relayed" : at % 7 === 6 ? "lan" : "direct";
    const from = ["beacon-1", "capsule", "cache", "operator", "inbound", `peer:${this.nodeId}`];
    return {
      id: String(at + 1),
      nodeId: idFrom(this.random),
      userId: idFrom(this.random),
      userProof: at % 3 === 0 ? "claimed" : "proven",
      transport: "tls",
      path: loss ? path : "direct",
      direction: at % 2 === 0 ? "outbound" : "inbound",
      address: `127.0.0.1:${41000 + at}`,
      state: isOpen ? "open" : "dialing",
      since: now - (isOpen ? 600_000 : 3_000) - at * 7_000,
      level: isWeak ? 212 : loss ? 4 + at * 11 : 0.4 + at * 0.2,
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
      reason: null,
    };
  }

  makePeers(now) {
    const linked = this.links.map((link) => ({
      nodeId: link.nodeId,
      userId: link.userId,
      userProof: link.userProof,
      addrs: [link.address],
      ticketExpiresAt: now + 150_000,
      lastSeenAt: now,
      learnedFrom: link.learnedFrom,
      linkState: link.state,
      nextAttemptAt: null,
      reason: null,
    }));
    const others = Array.from({ length: this.shape.waiting + this.shape.known }, (_, at) => ({
      nodeId: idFrom(this.random),
      userId: idFrom(this.random),
      userProof: "claimed",
      addrs: [`127.0.0.1:${52000 + at}`],
      ticketExpiresAt: now + 90_000,
      lastSeenAt: now - 30_000 - at * 5_000,
      learnedFrom: at % 2 === 0 ? "beacon-1" : `peer:${this.nodeId}`,
      linkState: "none",
      nextAttemptAt: at < this.shape.waiting ? now + 42_000 + at * 1_000 : null,
      reason: at < this.shape.waiting ? "no-answer" : at % 2 === 0 ? "links-full" : null,
    }));
    return [...linked, ...others];
  }

  log(at, level, source, code, message, context = {}) {
    this.sequence += 1;
    const event = { id: `${at}-${this.sequence}`, at, level, source, code, message, context };
    this.events = [event, ...this.events].slice(0, 100);
    return event;
  }

  fetchSources(now) {
    const fails = this.shape.beaconFails;
    const delay = 40 + Math.floor(this.random() * 6);
    this.attempts.one.push({ at: now, ok: true, latencyMs: delay });
    this.attempts.two.push({ at: now + 1, ok: !fails, latencyMs: fails ? null : 61 });
    const found = `beacon 1: ${this.shape.links} tickets`;
    const made = [this.log(now, "info", "rendezvous", "beacon-fetch-success", found, { latencyMs: delay })];
    if (fails) {
      const silent = "beacon 2: no answer in 8,000 ms";
      const context = { url: "https://beacon2.example", attempt: "3 of 3", timeoutMs: 8000 };
      made.push(this.log(now + 1, "warn", "rendezvous", "beacon-fetch-timeout", silent, context));
    }
    for (const list of Object.values(this.attempts)) list.splice(0, list.length - 12);
    return made;
  }

  /** Moves everything on to `now`; answers the links that changed and the events that happened. */
  step(now) {
    let into = 0;
    let out = 0;
    for (const link of this.links) {
      if (link.state !== "open") continue;
      const wave = 1 + 0.25 * Math.sin(now / 4_000 + Number(link.id)) + 0.15 * this.random();
      link.rttMs = Math.round(link.level * wave * 10) / 10;
      link.rttP95Ms = Math.round(link.level * wave * 2.1 * 10) / 10;
      link.jitterMs = Math.round(link.level * 0.1 * this.random() * 10) / 10;
      link.inBytesPerSecond = Math.round(220_000 * wave * this.random());
      link.outBytesPerSecond = Math.round(90_000 * wave * this.random());
      link.bytesIn += link.inBytesPerSecond;
      link.bytesOut += link.outBytesPerSecond;
      link.lastActivityAt = now - Math.floor(this.random() * 900);
      if (now - link.lastHandshakeAt > 9_000) link.lastHandshakeAt = now;
      into += link.inBytesPerSecond;
      out += link.outBytesPerSecond;
    }
    this.rates = { in: into, out };
    this.bytes.in += into;
    this.bytes.out += out;
    const last = this.attempts.one[this.attempts.one.length - 1];
    const due = last === undefined || now - last.at > 10_000;
    return { links: this.links, events: due ? this.fetchSources(now) : [] };
  }

  source(id, kind, url, attempts, extra) {
    const ok = attempts.filter((attempt) => attempt.ok);
    const last = attempts[attempts.length - 1];
    return {
      id,
      kind,
      url,
      state: extra.state,
      reason: null,
      tickets: this.shape.links,
      latencyMs: ok[ok.length - 1]?.latencyMs ?? null,
      lastSuccessAt: ok[ok.length - 1]?.at ?? 0,
      lastAttemptAt: last?.at ?? 0,
      nextAttemptAt: last === undefined ? 0 : last.at + 11_000,
      attempts: attempts.length,
      successes: ok.length,
      failureStreak: extra.state === "failing" ? attempts.length : 0,
      recent: [...attempts],
      ...extra,
    };
  }

  panels(now) {
    const { one, two } = this.attempts;
    const fails = this.shape.beaconFails;
    const all = [...one, ...two];
    const open = this.links.filter((link) => link.state === "open").length;
    const alert = (code, level, subject, age, title, cause) => ({
      code, level, subject, since: now - age, title, cause, actions: [],
    });
    const silentFor = "5 requests in a row timed out after 8 s. Beacon 1 and the capsule still answer, so peers are found.";
    const lossy = "Its path runs through a relay. The other links lose 0.2 %, so it is not your uplink.";
    const items = [];
    if (fails) items.push(alert("beacon-silent", "warn", "beacon-2", 372_000, "Beacon 2 has not answered for 6 min 12 s", silentFor));
    if (this.shape.weak > 0 && this.name === "story") {
      const who = this.links[0].nodeId;
      items.push(alert("link-loss-high", "warn", who, 420_000, `${who.slice(0, 4)}…${who.slice(-4)} loses 12.1 % of what it sends us`, lossy));
    }
    return {
      node: {
        nodeId: this.nodeId, userId: this.nodeId, name: this.name === "calm" ? null : "porch",
        agent: "skep/0.1.0", community: "demo", boot: "0011223344556677", startedAt: this.startedAt,
        roles: ["node", "beacon"], api: "127.0.0.1:0", listen: "127.0.0.1:8782", serve: null,
        advertised: ["127.0.0.1:8782"], state: nodeState(this.name), ticketExpiresAt: now + 170_000,
      },
      signaling: { state: "off", reason: "no signaling endpoint is configured" },
      rendezvous: {
        state: fails && this.name !== "story" ? "failing" : "working",
        lastHarvestAt: one[one.length - 1]?.at ?? 0, nextHarvestAt: (one[one.length - 1]?.at ?? now) + 11_000,
        nextAnnounceAt: now + 60_000, firstPeerMs: open > 0 ? 412 : null, failureStreak: fails ? 5 : 0,
        attempts: all.length, successes: all.filter((attempt) => attempt.ok).length,
        successShare: all.length === 0 ? null : all.filter((attempt) => attempt.ok).length / all.length,
        windowMs: 900_000,
        sources: [
          this.source("beacon-1", "beacon", "http://127.0.0.1:4123", one, { state: "ok" }),
          this.source("beacon-2", "beacon", "https://beacon2.example", two, {
            state: fails ? "failing" : "ok",
            reason: fails ? "no answer in 8 s" : null,
            ...(fails ? { lastSuccessAt: now - 372_000, nextAttemptAt: now + 38_000 } : {}),
          }),
          this.source("capsule", "capsule", "https://capsule.example", [], { state: "waiting" }),
          this.source("cache", "cache", null, [], { state: "ready", tickets: this.peers.length }),
        ],
      },
      mesh: {
        state: open === 0 ? "alone" : "working", active: open, min: 3, target: 8, max: 12,
        passive: this.peers.length, known: this.peers.length, dialing: this.shape.dialing,
      },
      bandwidth: {
        inBytesPerSecond: this.rates?.in ?? null, outBytesPerSecond: this.rates?.out ?? null,
        bytesIn: this.bytes.in, bytesOut: this.bytes.out, since: this.startedAt,
      },
      alerts: { items },
    };
  }

  snapshot(now) {
    return {
      asOf: now,
      ...this.panels(now),
      links: { asOf: now, next: null, items: this.links },
      peers: { asOf: now, next: null, items: this.peers },
      content: null, identity: null, controls: null, operations: null, pending: null, blocks: null,
      events: { items: this.events, next: null },
    };
  }
}
