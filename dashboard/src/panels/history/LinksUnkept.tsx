/* SPDX-License-Identifier: Apache-2.0 */
/* In the place of the peers, for a moment of which the node does not know who they were. */

import { momentTrouble } from "../../data/past";
import { past } from "../../data/store";
import { Panel } from "../../parts/panel";
import * as words from "../../text/history";
import { title } from "../../text/peers";

export function LinksUnkept() {
  const awaited = past.value?.isAwaited === true && momentTrouble.value === null;
  return (
    <Panel id="peers" title={title}>
      <p class="panel-body quiet">
        {awaited ? words.linksAwaited : `${words.linksNotKept} ${words.linksNotKeptNext}`}
      </p>
    </Panel>
  );
}
