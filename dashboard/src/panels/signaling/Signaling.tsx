/* SPDX-License-Identifier: Apache-2.0 */
/* One honest line about signaling; its own panel comes with the part that does it. */

import { signaling } from "../../data/store";
import { Panel } from "../../parts/panel";
import { reasonText } from "../../text/common";
import { capital } from "../../text/format";
import * as words from "../../text/rendezvous";

export function Signaling() {
  const present = signaling.value;
  if (present === null) return null;
  const off = present.state === "off";
  const state = off ? words.signalingOff : reasonText(present.state);
  const why = present.reason ?? (off ? words.signalingOffWithout : "");
  return (
    <Panel id="signaling" title={words.signalingTitle} stamp={<span class="badge">{state}</span>}>
      <p class="panel-body quiet">
        {present.url !== null && <code>{present.url} </code>}
        {sentence(why)}
      </p>
    </Panel>
  );
}

function sentence(text: string): string {
  if (text === "") return "";
  const start = capital(text);
  return start.endsWith(".") ? start : `${start}.`;
}
