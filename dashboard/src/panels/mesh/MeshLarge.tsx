/* SPDX-License-Identifier: Apache-2.0 */
/* The mesh over the whole window, with what hangs on whom beside it. */

import { node } from "../../data/store";
import { closeDrawer, meshView } from "../../data/view";
import { Icon } from "../../parts/icon";
import { useModal } from "../../parts/modal";
import { Awaited } from "../../parts/panel";
import { title } from "../../text/mesh";
import * as words from "../../text/mesh_detail";
import { Card } from "./Card";
import { Drawing } from "./Drawing";
import { Holds } from "./Holds";
import { Legend } from "./Legend";
import { DrawnAs, summary } from "./Mesh";
import { MeshTable } from "./MeshTable";

export function MeshLarge() {
  const modal = useModal(closeDrawer);
  const known = node.value !== null;
  return (
    <dialog
      {...modal}
      class="mesh-large"
      aria-labelledby="mesh-large-title"
    >
      <header class="drawer-head">
        <h2 id="mesh-large-title">{title}</h2>
        <p class="drawer-note">{known && summary()}</p>
        <DrawnAs />
        <button type="button" class="icon-button" aria-label={words.close} onClick={closeDrawer}>
          <Icon name="close" />
        </button>
      </header>
      <div class="mesh-large-body">
        <div class="mesh-large-drawing">
          {!known && <Awaited lines={3} />}
          {known && (meshView.value === "picture" ? <Drawing large={true} /> : <MeshTable />)}
          <Legend />
        </div>
        <div class="mesh-large-side">
          {known && <Holds />}
          <Card />
        </div>
      </div>
    </dialog>
  );
}
