/* SPDX-License-Identifier: Apache-2.0 */
/* Can strangers dial this node? For each family of addresses: the state, who says so and since when,
 * and when peers cannot, what to do. */

import type { Reach, Reachability as Reached } from "../../data/model";
import { node, now } from "../../data/store";
import { Icon } from "../../parts/icon";
import { Panel, StaleStamp } from "../../parts/panel";
import { fullTime, shortSpan } from "../../text/format";
import * as words from "../../text/reachability";
import { type Family, familyOrder, portToOpen, reachLine, reachVerdict, verdictSentence } from "./select";
import "./reachability.css";

function FamilyRow({ family, reach }: { family: Family; reach: Reach }) {
  const line = reachLine(reach, now.value);
  const { since } = reach;
  return (
    <li class="reach">
      <Icon name={line.icon} class={line.tone} />
      <div class="reach-text">
        <p class="reach-name">
          <b>{words.families[family]}</b>
          <span class={line.tone === "warn" ? "warn-words" : ""}>{line.state}</span>
          {since !== null && (
            <span class="second" title={fullTime(since)}>
              {words.since(shortSpan(now.value - since))}
            </span>
          )}
          {reach.seen !== null && <code>{words.seenAt(reach.seen)}</code>}
        </p>
        <p class="second">{line.by}</p>
      </div>
      {line.next !== "" && <p class="reach-next">{line.next}</p>}
    </li>
  );
}

function WhatToDo({ reached }: { reached: Reached }) {
  return (
    <div class="reach-todo">
      <h3>{words.whatToDo}</h3>
      <p>
        <b>{words.openPort(portToOpen(reached, node.value?.listen ?? null))}</b>
        {words.openPortWhere} {words.advertise} <code>{words.advertiseOption}</code>.
      </p>
      {reachVerdict(reached) === "closed" && <p class="second">{words.works}</p>}
    </div>
  );
}

export function Reachability() {
  const reached = node.value?.reachability ?? null;
  if (reached === null) return null;
  const verdict = reachVerdict(reached);
  return (
    <Panel id="reachability" title={words.title} stamp={<StaleStamp />}>
      <p class="panel-body reach-verdict">{verdictSentence(reached)}</p>
      <ul aria-label={words.familiesLabel}>
        {familyOrder.map((family) => (
          <FamilyRow key={family} family={family} reach={reached[family]} />
        ))}
      </ul>
      {(verdict === "closed" || verdict === "partly") && <WhatToDo reached={reached} />}
    </Panel>
  );
}
