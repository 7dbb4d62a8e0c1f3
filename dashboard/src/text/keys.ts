/* SPDX-License-Identifier: Apache-2.0 */
export const singleLetters = "Single-letter keys";
export const switchHint = "Off leaves only Tab, arrows, Enter and Esc.";
export const list: readonly (readonly [string, string])[] = [
  ["/", "find a peer; on the Content page, a file"],
  ["g n", "the Networking page"],
  ["g d", "the Node Dashboard"],
  ["g c", "the Content page"],
  ["d", "diagnostics"],
  ["u", "undo the newest in progress"],
  ["t", "figures, or the mesh, as a picture or as a table"],
  ["← →", "to earlier and later moments, on the health strip"],
  ["l", "back from the past to live"],
  ["?", "this list"],
  ["Esc", "close what is open"],
  ["↑ ↓", "from peer to peer, in the table"],
  ["← ↑ → ↓", "along links, on the drawing of the mesh"],
  ["Enter", "open or close a peer's details; select a node of the mesh"],
  ["w", "why is this peer as it is, on its row"],
  ["b", "block this peer…, on its row"],
  ["x", "disconnect this peer, on its row"],
];
