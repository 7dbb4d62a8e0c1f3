/* SPDX-License-Identifier: Apache-2.0 */
export const notAnswered = {
  title: "The node did not answer",
  detail: "Whether it has published this is not known: look at the posts before you try again.",
} as const;
