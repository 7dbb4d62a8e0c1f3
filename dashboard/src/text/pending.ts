/* SPDX-License-Identifier: Apache-2.0 */
export const title = "Waiting for approval";
export const empty = "Nobody waits.";
export const emptyNext = "New peers that call are listed here until you approve or reject them.";
