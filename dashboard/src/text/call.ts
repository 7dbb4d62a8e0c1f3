/* SPDX-License-Identifier: Apache-2.0 */
export const noAnswer = { title: "The node did not answer", detail: "Try again in a moment." } as const;
