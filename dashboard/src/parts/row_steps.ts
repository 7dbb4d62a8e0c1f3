/* SPDX-License-Identifier: Apache-2.0 */
/* Arrows move from row to row of a table, over whatever lies between them. */

/** Whether the key was one of them. */
export function stepRows(event: KeyboardEvent & { currentTarget: HTMLElement }): boolean {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (by === undefined) return false;
  const buttons = [...event.currentTarget.querySelectorAll<HTMLElement>(".row-button")];
  const at = buttons.findIndex((button) => button === event.target);
  const next = buttons[at + by];
  if (at >= 0 && next !== undefined) {
    event.preventDefault();
    next.focus();
  }
  return true;
}
