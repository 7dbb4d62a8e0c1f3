/* SPDX-License-Identifier: Apache-2.0 */
/* Stands where the mesh will be until what draws it has come. */

import { Awaited, Panel } from "../../parts/panel";
import { title } from "../../text/mesh";

export function MeshAwaited() {
  return (
    <Panel id="mesh" title={title}>
      <Awaited lines={3} />
    </Panel>
  );
}
