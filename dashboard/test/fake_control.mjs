/* SPDX-License-Identifier: Apache-2.0 */
/* The switches of the fake node, and what was done with them: the model of src/swarm/control, as
 * much of it as the page can tell. */

const resting = {
  network: true,
  isolate: false,
  "pause-all": false,
  "pause-inbound": false,
  "pause-outbound": false,
  mesh: true,
  signaling: true,
  autoconnect: true,
  approval: false,
};

const actions = {
  "network.enable": [{ network: true }, "the network is on"],
  "network.disable": [{ network: false }, "the network is off"],
  "mesh.enable": [{ mesh: true }, "mesh routing is on"],
  "mesh.disable": [{ mesh: false }, "mesh routing is off"],
  "mesh.refresh": [{}, "the sources are asked for peers"],
  "signaling.resume": [{ signaling: true }, "signaling is on"],
  "signaling.stop": [{ signaling: false }, "signaling is stopped"],
  "signaling.use": [{}, "another signaling endpoint is used"],
  "pause.inbound": [{ "pause-inbound": true }, "no links are taken from callers"],
  "pause.outbound": [{ "pause-outbound": true }, "nobody is dialled"],
  "pause.all": [{ "pause-all": true }, "no new links are made"],
  resume: [
    { "pause-all": false, "pause-inbound": false, "pause-outbound": false },
    "every pause is over",
  ],
  "isolate.on": [{ isolate: true }, "only approved peers are linked"],
  "isolate.off": [{ isolate: false }, "any peer may be linked"],
  "autoconnect.on": [{ autoconnect: true }, "peers are dialled by themselves"],
  "autoconnect.off": [{ autoconnect: false }, "peers are dialled by hand only"],
  "approval.on": [{ approval: true }, "new peers wait for approval"],
  "approval.off": [{ approval: false }, "whoever calls is linked"],
};

const inForce = ["applied", "awaiting-confirm", "confirmed"];

export class FakeControl {
  constructor(people) {
    this.people = people;
    this.on = { ...resting };
    this.holders = {};
    this.operations = [];
  }

  /** Null when there is no such action. */
  ask(asked, now) {
    const { action, target, forMs, confirmWithinMs, reason } = asked;
    const isUse = action === "signaling.use";
    if (this.people.knows(action)) {
      const done = this.people.ask(asked, this.nextId(), now);
      this.operations.unshift(done);
      return done;
    }
    const [throws, does] = actions[action] ?? [];
    if (throws === undefined) return null;
    const operation = {
      id: this.nextId(),
      action,
      state: confirmWithinMs ? "awaiting-confirm" : "applied",
      does,
      reason: reason || null,
      author: "api",
      askedAt: now,
      endedAt: null,
      endsAt: forMs ? now + forMs : null,
      revertsAt: confirmWithinMs ? now + confirmWithinMs : null,
      canRevert: isUse || Object.keys(throws).length > 0,
      target: isUse
        ? { kind: "endpoint", nodeId: null, userId: null, address: null, endpoint: target?.endpoint ?? null }
        : null,
      direction: null,
      settings: Object.entries(throws).map(([control, on]) => ({
        control,
        on,
        wasOn: this.withoutTimed(control),
      })),
    };
    for (const { control, on } of operation.settings) {
      const before = this.holders[control];
      if (before !== undefined) this.end(before, "superseded", now);
      this.holders[control] = operation;
      this.on[control] = on;
    }
    this.operations.unshift(operation);
    return operation;
  }

  nextId() {
    return (this.operations.length + 1).toString(16).padStart(16, "0");
  }

  /** Where a switch would be without those that end by themselves. */
  withoutTimed(control) {
    const holder = this.holders[control];
    const isTimed = holder !== undefined && (holder.endsAt ?? holder.revertsAt) !== null;
    return isTimed
      ? holder.settings.find(({ control: name }) => name === control).wasOn
      : this.on[control];
  }

  end(operation, state, now) {
    for (const { control } of operation.settings) delete this.holders[control];
    Object.assign(operation, {
      state,
      endedAt: now,
      endsAt: null,
      revertsAt: null,
      canRevert: false,
    });
  }

  takeBack(operation, state, now) {
    this.people.takeBack(operation);
    for (const { control, wasOn } of operation.settings)
      if (this.holders[control] === operation) this.on[control] = wasOn;
    this.end(operation, state, now);
  }

  find(id) {
    return this.operations.find((operation) => operation.id === id);
  }

  /** False when it is too late. */
  confirm(operation) {
    if (operation.state !== "awaiting-confirm") return false;
    Object.assign(operation, { state: "confirmed", revertsAt: null });
    return true;
  }

  revert(operation, now) {
    if (!inForce.includes(operation.state)) return false;
    this.takeBack(operation, "reverted", now);
    return true;
  }

  step(now) {
    for (const operation of this.operations) {
      if (operation.revertsAt !== null && operation.revertsAt <= now)
        this.takeBack(operation, "reverted", now);
      else if (operation.endsAt !== null && operation.endsAt <= now)
        this.takeBack(operation, "expired", now);
    }
  }

  /** As if so many ms had passed for everything that is in progress. */
  hurry(ms) {
    for (const operation of this.operations)
      for (const name of ["askedAt", "endedAt", "endsAt", "revertsAt"])
        if (operation[name] !== null) operation[name] -= ms;
  }

  panels(now) {
    const items = Object.entries(this.on).map(([name, on]) => ({
      name,
      on,
      resting: on === resting[name],
      operation: this.holders[name]?.id ?? null,
      endsAt: this.holders[name]?.endsAt ?? null,
      revertsAt: this.holders[name]?.revertsAt ?? null,
    }));
    return {
      controls: { asOf: now, items },
      operations: { asOf: now, items: this.operations.map(({ was, ...told }) => told) },
      ...this.people.panels(now),
    };
  }
}

/** What it would do to so many links, of which a block would cut `blocked`. */
export function impactOf(action, links, blocked) {
  const cut = { "network.disable": links, "isolate.on": Math.ceil(links / 2), "block.add": blocked };
  const linksCut = cut[action] ?? 0;
  return {
    linksCut,
    linksLeft: links - linksCut,
    transfersHurt: 0,
    filesUnderTarget: 0,
    caretakerAccess: true,
  };
}
