/* SPDX-License-Identifier: Apache-2.0 */
export const label = "Places on this page";
export const status = "Status";
export const peers = "Peers";
export const mesh = "Mesh";
export const controls = "Controls";
export const events = "Events";
