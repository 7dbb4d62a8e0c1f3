/* SPDX-License-Identifier: Apache-2.0 */
/* The signaling endpoints of the fake node: one in use, one that stands by, one that failed; under
 * its controls, as src/daemon/signaling has it. */

const urls = ["wss://signal-1.example/", "wss://signal-2.example/", "ws://192.0.2.7:9000/"];
const inForce = ["applied", "awaiting-confirm", "confirmed"];

export class FakeSignaling {
  constructor(now) {
    this.since = now - 200_000;
    this.failedAt = now - 60_000;
    /* None answers. */
    this.isAway = false;
  }

  /** The newest choice that holds; null: the first. */
  chosen(control) {
    const use = control.operations.find(
      ({ action, state }) => action === "signaling.use" && inForce.includes(state),
    );
    return use?.target.endpoint ?? null;
  }

  endpoint(url, { inUse, chosen, now }) {
    const fails = this.isAway || url === urls[2];
    return {
      url,
      state: fails ? "waiting" : url === inUse ? "in-use" : "standby",
      chosen: url === chosen,
      since: this.since,
      latencyMs: fails ? null : 24,
      failureStreak: fails ? 3 : 0,
      failedAt: fails ? this.failedAt : null,
      error: fails ? "connection refused" : null,
      nextAttemptAt: fails ? now + 41_000 : null,
    };
  }

  panel(control, now) {
    const chosen = this.chosen(control);
    const inUse = this.isAway || !control.on.signaling ? null : (chosen ?? urls[0]);
    const state = !control.on.signaling ? "stopped" : inUse === null ? "waiting" : "connected";
    const reasons = {
      stopped: "the control signaling forbids it",
      waiting: "no endpoint answers; links stay, and each is tried again by itself",
    };
    return {
      asOf: now,
      state,
      reason: reasons[state] ?? null,
      stoppedBy: state === "stopped" ? "signaling" : null,
      heartbeatOnly: control.on["pause-all"] && state !== "stopped",
      url: inUse,
      since: inUse === null ? null : this.since,
      latencyMs: inUse === null ? null : 24,
      heartbeatAt: inUse === null ? null : now - 3_000,
      why: inUse === null ? null : chosen === null ? "it is the first of the configuration" : "you chose it",
      failovers: 1,
      failoversToday: 1,
      endpoints: urls.map((url) => this.endpoint(url, { inUse, chosen, now })),
    };
  }
}

export const noSignaling = (now) => ({
  asOf: now,
  state: "off",
  reason: "no signaling endpoint is configured",
  stoppedBy: null,
  heartbeatOnly: false,
  url: null,
  since: null,
  latencyMs: null,
  heartbeatAt: null,
  why: null,
  failovers: 0,
  failoversToday: 0,
  endpoints: [],
});
