/* SPDX-License-Identifier: Apache-2.0 */
/* On a phone: the places of the page within reach of the thumb. */

import { acts } from "../../data/store";
import { drawerHash } from "../../data/view";
import { Icon, type IconName } from "../../parts/icon";
import * as words from "../../text/bottom_bar";
import "./bottom_bar.css";

/* Not a link to "#peers": the part after # is the page's own address. */
function To({ id, icon, name }: { id: string; icon: IconName; name: string }) {
  return (
    <button
      type="button"
      onClick={() => document.getElementById(id)?.scrollIntoView({ block: "start" })}
    >
      <Icon name={icon} />
      {name}
    </button>
  );
}

export function BottomBar() {
  return (
    <nav class="bottom-bar" aria-label={words.label}>
      <To id="verdict" icon="pulse" name={words.status} />
      <To id="peers" icon="peers" name={words.peers} />
      <To id="mesh" icon="source" name={words.mesh} />
      {acts.value && <To id="controls" icon="power" name={words.controls} />}
      <a href={drawerHash("events")}>
        <Icon name="log" />
        {words.events}
      </a>
    </nav>
  );
}
