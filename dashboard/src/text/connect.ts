/* SPDX-License-Identifier: Apache-2.0 */
export const title = "Connect to a peer";
export const label = "Node id or address";
export const placeholder = "Node id, IP:port, or both";
export const hint =
  "A node id has 32 letters and digits; an address is IP:port; id@IP:port asks that node there. Connecting by hand works even while auto-connect is off.";
export const notUnderstood =
  "That is neither a node id (32 letters a to z and digits 2 to 7) nor IP:port.";
export const ownId = "That is this node.";
export const calling = (whom: string): string =>
  `${whom} is being called. What comes of it shows among the peers.`;
