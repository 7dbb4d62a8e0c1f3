/* SPDX-License-Identifier: Apache-2.0 */
/* Is it on, and is it well: one switch, one verdict, and whether peers can reach it. */

import { problems } from "../../data/health";
import type { Reachability } from "../../data/model";
import { doingAt } from "../../data/operations";
import { alerts, controls, figures, node, now, signaling } from "../../data/store";
import { isWaiting, Refused, Switch } from "../../parts/deed";
import { Icon } from "../../parts/icon";
import { StaleStamp } from "../../parts/panel";
import { pageNames } from "../../text/common";
import { shortSpan } from "../../text/format";
import * as words from "../../text/networking";
import { networkIs, switches, waits } from "../../text/operations";
import { networkOffSentence, seeWhy } from "../../text/verdict";
import { throwSwitch } from "../controls/deeds";
import { OperationLine, progress } from "../operations/Operations";
import { inShort, reachVerdict, verdictSentence } from "../reachability/select";
import { verdict } from "../verdict/Verdict";

function Reach({ reached }: { reached: Reachability }) {
  const told = reachVerdict(reached);
  const closed = told === "closed";
  return (
    <div class="net-verdict">
      <Icon name={closed ? "barred" : "source"} class={closed ? "warn" : "quiet"} />
      <div>
        <p>{inShort(reached)}</p>
        {closed && <p class="second">{verdictSentence(reached)}</p>}
      </div>
      <a href="#/node">{closed ? words.whatToDo : told === "unknown" ? seeWhy : words.whoSaysSo}</a>
    </div>
  );
}

export function Head() {
  const open = figures.value.open;
  const startedAt = node.value?.startedAt ?? null;
  const parts = [words.linked(open)];
  if (startedAt !== null) parts.push(words.runningFor(shortSpan(now.value - startedAt)));
  if (signaling.value?.state === "off") parts.push(words.signalingOff);
  const network = controls.value?.find(({ name }) => name === "network");
  const off = network?.on === false;
  const going = progress.value.filter(({ action }) => action.startsWith("network."));
  const { icon, tone, title, sentence } = verdict.value;
  const worst = problems(alerts.value).map((alert) => alert.title);
  const reached = node.value?.reachability ?? null;
  return (
    <section class="panel" aria-labelledby="networking-title">
      <div class="net-head">
        <div>
          <h1 id="networking-title">
            {network === undefined ? pageNames.networking : networkIs(network.on)}
          </h1>
          <p id="network-means">{off ? networkOffSentence : parts.join(" · ")}</p>
          <p id="network-waits">{isWaiting() && network !== undefined ? waits : ""}</p>
          <StaleStamp />
        </div>
        <span id="network-name" hidden>
          {switches["network"]?.[0]}
        </span>
        {network !== undefined && (
          <Switch
            labelId="network-name"
            describedBy="network-means network-waits"
            isOn={network.on}
            doing={doingAt(network.name)}
            onPress={() => throwSwitch(network)}
          />
        )}
        <Refused place="network" />
      </div>
      <ul>
        {going.map((operation) => (
          <OperationLine key={operation.id} operation={operation} />
        ))}
      </ul>
      <div class="net-verdict">
        <Icon name={icon} class={tone} />
        <div>
          <p class="finding-title">{title}</p>
          <p class="second">{off ? "" : worst.length > 0 ? `${worst.join("; ")}.` : sentence}</p>
        </div>
        <a href="#/node">{seeWhy}</a>
      </div>
      {reached !== null && <Reach reached={reached} />}
    </section>
  );
}
