/* SPDX-License-Identifier: Apache-2.0 */
/* What of the mesh is fetched when it is first needed: all of it. */

import "./mesh.css";

export { Mesh } from "./Mesh";
export { MeshLarge } from "./MeshLarge";
