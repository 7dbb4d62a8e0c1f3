/* SPDX-License-Identifier: Apache-2.0 */
/* The door to the Content page: whether what is held is safe there. */

import { contentFigure, redundancyOf } from "../../data/content_panel";
import { content } from "../../data/store";
import { Icon, type IconName } from "../../parts/icon";
import { Panel } from "../../parts/panel";
import { pageNames } from "../../text/common";
import * as words from "../../text/content_tile";
import "./content_tile.css";

const line = (icon: IconName, tone: string, told: string) => (
  <li>
    <Icon name={icon} class={tone} />
    {told}
  </li>
);

/* What is not known is neither well nor amiss. */
const judged = (amiss: number | null, told: string) =>
  amiss === null ? line("dot", "", told) : amiss > 0 ? line("alert", "warn", told) : line("check", "ok", told);

export function ContentTile() {
  const panel = content.value;
  if (panel === null) return null;
  const counts = redundancyOf(panel);
  const shut = contentFigure(panel, "quarantine", "count");
  const room = (name: string) => contentFigure(panel, "storage", name);
  const waiting = contentFigure(panel, "outbox", "waiting");
  return (
    <Panel
      id="content-tile"
      title={pageNames.content}
      stamp={
        <a class="link-button" href="#/content">
          {words.open}
        </a>
      }
    >
      <ul class="panel-body">
        {counts !== null && judged(counts.under, words.copies(counts))}
        {judged(shut, words.signed(shut))}
        {!!waiting && line("clock", "", words.waiting(waiting))}
        {line("dot", "", words.room(room("usedBytes"), room("maxBytes")))}
      </ul>
    </Panel>
  );
}
