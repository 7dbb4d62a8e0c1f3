// SPDX-License-Identifier: Apache-2.0
// The doctor of the fake node, as src/daemon/api/doctor_calls.c answers: each look finds one step more.

const allSteps = [
  ["block", "Blocked here", "ok", "no block of this node names it", null],
  ["address", "Its addresses", "warning", "203.0.113.9:8782 does not answer, after 3000 ms (timeout)", "A firewall is in between."],
  ["far", "Its end", "ok", "it answers: we called it, open for 3 min, 12.0 ms there and back", null],
  ["far", "Our address", "note", "it sees us at 198.51.100.9:40000, and has not tried to call us back", null],
  ["far", "Its controls", "problem", "a new link would not come: <b>paused</b>", "skep control there takes it back."],
];

export class FakeDoctor {
  constructor() {
    this.items = [];
    this.isFull = false;
  }

  async answer(request, response, { bodyOf, json, problem }) {
    if (request.method === "GET") return json(response, 200, { asOf: Date.now(), items: this.look() });
    const asked = await bodyOf(request);
    if (request.headers["x-skep-request"] !== "1") return problem(response, 403, "Not from this page");
    if (this.isFull) return problem(response, 503, "Four peers are being looked at", "Try again then.");
    const id = String(this.items.length + 1).padStart(16, "0");
    this.items.unshift({ id, nodeId: asked.nodeId, startedAt: Date.now(), endedAt: null, steps: [] });
    return json(response, 202, { id });
  }

  look() {
    for (const item of this.items) {
      if (this.isHeldUp && item.steps.length > 0) continue;
      const next = allSteps[item.steps.length];
      if (next === undefined) continue;
      const [check, title, result, text, advice] = next;
      item.steps.push({ check, title, result, text, advice });
      if (item.steps.length === allSteps.length) item.endedAt = Date.now();
    }
    return this.items;
  }
}
