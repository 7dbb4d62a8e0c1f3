/* SPDX-License-Identifier: Apache-2.0 */
/* What is to be drawn waits in line, and each frame does one thing of it: two that come at the same time
 * do not make one long frame. */

const line = new Map<string, () => void>();
let isAsked = false;

function ask(): void {
  if (isAsked || line.size === 0) return;
  isAsked = true;
  requestAnimationFrame(next);
}

function next(): void {
  isAsked = false;
  for (const [name, job] of line) {
    line.delete(name);
    job();
    break;
  }
  ask();
}

/** Of one name only one waits. */
export function inFrame(name: string, job: () => void): void {
  line.set(name, job);
  ask();
}
