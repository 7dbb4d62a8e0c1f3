/* SPDX-License-Identifier: Apache-2.0 */
/* What the fake node does to somebody: links by hand, blocks, and who waits for approval. */

import { idFrom, makeLink } from "./fake_rows.mjs";

const hour = 3_600_000;

const does = {
  "link.connect": "it is called",
  "link.disconnect": "the link is ended",
  "pending.approve": "it may link",
  "pending.reject": "it was told not now",
  "block.add": "it is blocked",
  "block.remove": "it is not blocked any more",
};

/** The target as the API tells it. */
function targetOf(action, { nodeId = null, userId = null, address = null }) {
  if (action === "link.connect" && address !== null)
    return { kind: "address", nodeId, userId: null, address };
  const kind = userId === null ? "node" : nodeId === null ? "user" : "claim";
  return { kind, nodeId, userId };
}

const same = (a, b) => a.kind === b.kind && a.nodeId === b.nodeId && a.userId === b.userId;

export class FakePeople {
  constructor(node, now) {
    this.node = node;
    this.blocks = [];
    this.pending = [];
    this.changed = new Set();
    this.called = new Set();
    if (node.name === "decisions") this.populate(now);
  }

  populate(now) {
    const { random } = this.node;
    const block = (own) => ({
      kind: "node",
      nodeId: null,
      userId: null,
      direction: "all",
      operation: "00000000000000f0",
      reason: null,
      author: "api",
      since: now - hour,
      endsAt: null,
      hits: 0,
      lastHitAt: null,
      ...own,
    });
    this.blocks = [
      block({ nodeId: idFrom(random), endsAt: now + 24 * hour - 100_000, hits: 1, lastHitAt: now - 9_000 }),
      block({ kind: "user", userId: idFrom(random), hits: 14, lastHitAt: now - 240_000, reason: "floods" }),
      block({ kind: "claim", nodeId: idFrom(random), userId: idFrom(random), direction: "in" }),
    ];
    this.pending = [
      { age: 240_000, userProof: "claimed", asks: 3 },
      { age: 51_000, userProof: "proven", asks: 1 },
    ].map(({ age, userProof, asks }, at) => ({
      nodeId: idFrom(random),
      userId: userProof === "proven" ? this.node.links[1].userId : idFrom(random),
      userProof,
      address: `198.51.100.${at + 7}:8782`,
      since: now - age,
      lastAskedAt: now - 5_000,
      asks,
      endsAt: now - age + 600_000,
    }));
  }

  knows(action) {
    return action in does;
  }

  /** Links that a block would end. */
  linksOf({ kind, nodeId, userId }) {
    return this.node.links.filter(
      (link) =>
        link.state === "open" &&
        (kind === "user"
          ? link.userProof === "proven" && link.userId === userId
          : link.nodeId === nodeId || (kind === "claim" && link.userProof === "claimed" && link.userId === userId)),
    );
  }

  impact(asked) {
    const cut = this.linksOf(targetOf(asked.action, asked.target ?? {})).length;
    return asked.action === "block.remove" ? 0 : cut;
  }

  /** [title, detail] of a refusal, or null. */
  refusalOf({ action, target }) {
    if (action !== "link.connect" || target.address !== undefined) return null;
    const peer = this.node.peers.find(({ nodeId }) => nodeId === target.nodeId);
    return peer === undefined
      ? ["No address of this node is known", "Give its address too: NODEID@IP:PORT."]
      : null;
  }

  /** An operation, done. */
  ask({ action, target, params, reason, forMs, confirmWithinMs }, id, now) {
    const operation = {
      id,
      action,
      state: confirmWithinMs ? "awaiting-confirm" : "applied",
      does: does[action],
      reason: reason || null,
      author: "api",
      askedAt: now,
      endedAt: null,
      endsAt: forMs ? now + forMs : null,
      revertsAt: confirmWithinMs ? now + confirmWithinMs : null,
      canRevert: !action.startsWith("link."),
      settings: [],
      target: targetOf(action, target ?? {}),
      direction: action === "block.add" ? (params?.direction ?? "all") : null,
    };
    this.act(operation, now);
    return operation;
  }

  act(operation, now) {
    const { action, target } = operation;
    const { pending } = this;
    switch (action) {
      case "link.disconnect":
        return this.close(target.nodeId, "operator", now);
      case "link.connect":
        return this.call(target, now);
      case "block.add":
        for (const link of this.linksOf(target)) this.close(link.nodeId, "blocked", now);
        return this.add(operation, now);
      case "block.remove":
        operation.was = this.blocks.find((block) => same(block, target));
        this.blocks = this.blocks.filter((block) => !same(block, target));
        return;
      default:
        operation.was = pending.find(({ nodeId }) => nodeId === target.nodeId);
        this.pending = pending.filter(({ nodeId }) => nodeId !== target.nodeId);
        if (action === "pending.approve")
          this.call({ nodeId: target.nodeId, address: operation.was?.address ?? null }, now);
    }
  }

  takeBack({ action, target, was }) {
    if (action === "block.add") this.blocks = this.blocks.filter((block) => !same(block, target));
    else if (was !== undefined && action === "block.remove") this.blocks.unshift(was);
    else if (was !== undefined) this.pending.unshift(was);
  }

  add({ target, direction, id, reason, endsAt }, now) {
    const old = this.blocks.filter((block) => !same(block, target));
    const block = { ...target, direction, operation: id, reason, author: "api", since: now, endsAt };
    this.blocks = [{ ...block, hits: 0, lastHitAt: null }, ...old];
  }

  close(nodeId, reason, now) {
    for (const link of this.node.links.filter((row) => row.nodeId === nodeId))
      Object.assign(link, { state: "closed", since: now, reason });
    const peer = this.node.peers.find((row) => row.nodeId === nodeId);
    if (peer === undefined) return;
    const isBlocked = reason === "blocked";
    Object.assign(peer, {
      linkState: "none",
      wait: isBlocked ? "blocked" : "back-off",
      waitText: isBlocked ? "is blocked by this node's caretaker" : "waits, as it was disconnected",
      nextAttemptAt: isBlocked ? null : now + 60_000,
      reason,
    });
    this.changed.add(peer);
  }

  call({ nodeId, address }, now) {
    const { node } = this;
    const peer = node.peers.find((row) => row.nodeId === nodeId);
    node.links = node.links.filter((link) => link.nodeId !== nodeId || link.state !== "closed");
    const made = makeLink(node, node.links.length + 40, now);
    Object.assign(made, {
      id: `c${node.links.length}${now}`,
      nodeId: nodeId ?? made.nodeId,
      userId: peer?.userId ?? made.userId,
      address: address ?? peer?.addrs[0] ?? made.address,
      state: "dialing",
      since: now,
      learnedFrom: "operator",
      learnedAt: now,
    });
    node.links.push(made);
    this.called.add(made);
    if (peer === undefined) return;
    Object.assign(peer, { linkState: "dialing", wait: null, waitText: null, nextAttemptAt: null });
    this.changed.add(peer);
  }

  /** Who was called by hand answers. */
  step(now) {
    for (const link of this.called) {
      if (now - link.since <= 800) continue;
      this.called.delete(link);
      if (link.state !== "dialing") continue;
      Object.assign(link, { state: "open", since: now, strength: 88, lastHandshakeAt: now, level: 9 });
    }
  }

  /** Peers that are otherwise than they were. */
  takeChanged() {
    const changed = [...this.changed];
    this.changed.clear();
    return changed;
  }

  panels(now) {
    return {
      blocks: { asOf: now, items: this.blocks },
      pending: { asOf: now, items: this.pending },
    };
  }
}
