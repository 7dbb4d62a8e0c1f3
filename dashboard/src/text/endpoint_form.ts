/* SPDX-License-Identifier: Apache-2.0 */
/* The form by which another signaling endpoint is used. */

export const title = "Use another signaling endpoint?";
export const which = "Which one";
export const best = "Whichever is best, as their order and health say";
export const note =
  "It is used as long as it works. When it fails another takes over, and it is tried first after that.";
export const deed = "Use this one";
