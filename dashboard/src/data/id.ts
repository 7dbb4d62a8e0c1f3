/* SPDX-License-Identifier: Apache-2.0 */
/* The ids of nodes and users, which have the same form. Pure. */

const form = /^[a-z2-7]{32}$/;

export function isWholeId(id: string): boolean {
  return form.test(id);
}
