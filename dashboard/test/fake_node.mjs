/* SPDX-License-Identifier: Apache-2.0 */
/* A node that is not there: figures that move like those of a real one, in the shapes of
 * docs/developers/api.md. Every run with the same seed tells the same story. */

import { FakeControl, impactOf } from "./fake_control.mjs";
import { FakePeople } from "./fake_people.mjs";
import { FakeSignaling } from "./fake_signaling.mjs";
import { panels } from "./fake_panels.mjs";
import { idFrom, makeLink, makePeers, prng } from "./fake_rows.mjs";
import { views } from "./fake_views.mjs";

const story = { links: 8, dialing: 1, waiting: 1, known: 3, weak: 1, loss: true, beaconFails: true };

/** What each scenario is made of. "decisions" is the story with blocks, and peers that wait; "signaling" the one with
 * signaling endpoints. */
const scenarios = {
  calm: { links: 7, dialing: 0, waiting: 0, known: 0, weak: 0, loss: false, beaconFails: false },
  story,
  decisions: story,
  signaling: story,
  many: {
    links: 200,
    dialing: 4,
    waiting: 20,
    known: 300,
    weak: 3,
    loss: true,
    beaconFails: false,
  },
  thousand: { links: 1_000, dialing: 0, waiting: 0, known: 0, weak: 3, loss: true, beaconFails: false },
  empty: { links: 0, dialing: 0, waiting: 0, known: 0, weak: 0, loss: false, beaconFails: false },
  "cut-off": {
    links: 0,
    dialing: 2,
    waiting: 6,
    known: 0,
    weak: 0,
    loss: false,
    beaconFails: true,
  },
  outage: {
    links: 0,
    dialing: 0,
    waiting: 5,
    known: 0,
    weak: 0,
    loss: false,
    beaconFails: true,
  },
  stopping: {
    links: 2,
    dialing: 0,
    waiting: 0,
    known: 2,
    weak: 0,
    loss: false,
    beaconFails: false,
  },
};

export const scenarioNames = Object.keys(scenarios);

export class FakeNode {
  constructor(scenario, seed = 7, now = Date.now()) {
    this.shape = scenarios[scenario];
    if (this.shape === undefined) throw new Error(`no scenario ${scenario}`);
    this.name = scenario;
    this.isStory = this.shape === story;
    this.random = prng(seed);
    this.startedAt = now - (scenario === "empty" ? 8_000 : 2 * 3_600_000);
    this.outageSince = now - 95_000;
    this.outageNextAt = now + 16_000;
    this.nodeId = idFrom(this.random);
    this.sequence = 0;
    this.bytes = { in: 0, out: 0 };
    this.links = Array.from({ length: this.shape.links + this.shape.dialing }, (_, at) =>
      makeLink(this, at, now),
    );
    this.peers = makePeers(this, now);
    this.people = new FakePeople(this, now);
    this.control = new FakeControl(this.people);
    this.signaling = scenario === "signaling" ? new FakeSignaling(now) : null;
    if (scenario === "decisions") this.control.on.approval = true;
    this.heldLinks = [];
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
    const made = [
      this.log(now, "info", "rendezvous", "beacon-fetch-success", found, { latencyMs: delay }),
    ];
    if (fails) {
      const silent = "beacon 2: no answer in 8,000 ms";
      const context = { url: "https://beacon2.example", attempt: "3 of 3", timeoutMs: 8000 };
      made.push(this.log(now + 1, "warn", "rendezvous", "beacon-fetch-timeout", silent, context));
    }
    for (const list of Object.values(this.attempts)) list.splice(0, list.length - 12);
    return made;
  }

  /** What an operation would do, and does, to the links. */
  impact(asked) {
    const open = this.links.filter((link) => link.state === "open").length;
    return impactOf(asked.action, open, this.people.impact(asked));
  }

  /** Answers the ids of the links that were closed. */
  followNetwork() {
    if (this.control.on.network === (this.heldLinks.length === 0)) return [];
    const closed = this.links;
    this.links = this.heldLinks;
    this.heldLinks = closed;
    return closed.map(({ id }) => id);
  }

  /** Moves everything on to `now`; answers the links that changed and went, and the events that
   * happened. */
  step(now) {
    this.control.step(now);
    this.people.step(now);
    const removed = this.followNetwork();
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
    const peers = this.people.takeChanged();
    return { links: this.links, removed, peers, events: due ? this.fetchSources(now) : [] };
  }

  panels(now) {
    return { ...panels(this, now), ...this.control.panels(now), views: views(this, now) };
  }

  snapshot(now) {
    return {
      asOf: now,
      ...this.panels(now),
      links: { asOf: now, next: null, items: this.links },
      peers: { asOf: now, next: null, items: this.peers },
      content: null,
      identity: null,
      events: { items: this.events, next: null },
    };
  }
}
