/* SPDX-License-Identifier: Apache-2.0 */
/* Who asked for a link while callers wait for the caretaker. */

import { controls, pending } from "../../data/store";
import { Late } from "../../parts/late";
import { Panel } from "../../parts/panel";
import * as words from "../../text/pending";

export function Waiting() {
  const present = pending.value;
  const isAsked = controls.value?.some(({ name, on }) => name === "approval" && on) ?? false;
  if (present === null || (present.length === 0 && !isAsked)) return null;
  return (
    <Panel
      id="pending"
      title={words.title}
      note={present.length === 0 ? undefined : String(present.length)}
    >
      {present.length === 0 && (
        <p class="panel-body quiet">
          {words.empty} {words.emptyNext}
        </p>
      )}
      <Late
        wanted={present.length > 0}
        draw={({ PendingList }) => <PendingList />}
      />
    </Panel>
  );
}
