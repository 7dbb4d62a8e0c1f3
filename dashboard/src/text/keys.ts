/* SPDX-License-Identifier: Apache-2.0 */
export const singleLetters = "Single-letter keys";
export const switchHint = "Off leaves only Tab, arrows, Enter and Esc.";
export const list: readonly (readonly [string, string])[] = [
  ["/", "find a peer"],
  ["g n", "the Networking page"],
  ["g d", "the Node Dashboard"],
  ["d", "diagnostics"],
  ["u", "undo the newest in progress"],
  ["t", "figures as charts or as a table"],
  ["?", "this list"],
  ["Esc", "close what is open"],
  ["↑ ↓", "from peer to peer, in the table"],
  ["Enter", "open or close a peer's details"],
  ["w", "why is this peer as it is, on its row"],
  ["b", "block this peer…, on its row"],
  ["x", "disconnect this peer, on its row"],
];
