/* SPDX-License-Identifier: Apache-2.0 */
import type { Endpoint, SignalingPanel } from "../../data/model";
import { doingAt } from "../../data/operations";
import { acts, controls, now, operations, signaling } from "../../data/store";
import { DeedButton, Refused } from "../../parts/deed";
import { Icon } from "../../parts/icon";
import { Panel, StaleStamp } from "../../parts/panel";
import * as words from "../../text/signaling";
import { form, start } from "../controls/deeds";
import { endpointLine, holderOf, summary } from "./select";

const place = "signaling endpoint";

function EndpointRow({ endpoint }: { endpoint: Endpoint }) {
  const line = endpointLine(endpoint, now.value);
  return (
    <li class="source">
      <Icon name={line.icon} class={line.tone} />
      <div class="source-text">
        <p class="source-name">
          <code title={endpoint.url}>{endpoint.url}</code>
        </p>
        <p class={line.tone === "warn" ? "warn-words" : ""}>{line.words}</p>
      </div>
      <div class="source-figures">
        <p>{line.figure}</p>
      </div>
    </li>
  );
}

function Deeds({ panel }: { panel: SignalingPanel }) {
  const doing = doingAt(place);
  const press = (label: string, onPress: () => void) => (
    <DeedButton label={label} busy={doing !== null} onPress={onPress}>
      {doing ?? label}
    </DeedButton>
  );
  if (panel.state === "stopped")
    return panel.stoppedBy === "signaling"
      ? press(words.resume, () => start(place, "signaling.resume"))
      : null;
  return (
    <>
      {panel.endpoints.length > 1 &&
        press(words.another, () => {
          form.value = { kind: "endpoint", place };
        })}
      {press(words.stop, () => start(place, "signaling.stop"))}
    </>
  );
}

function Badge({ panel }: { panel: SignalingPanel }) {
  const fails = panel.state === "waiting";
  return (
    <span class={`badge ${fails ? "badge-warn" : ""}`}>
      {fails && <Icon name="alert" />}
      {words.badges[panel.state]}
    </span>
  );
}

export function Signaling() {
  const panel = signaling.value;
  if (panel === null) return null;
  const holder = holderOf(panel, controls.value, operations.value);
  return (
    <Panel id="signaling" title={words.title} stamp={<Badge panel={panel} />}>
      <div class="panel-body quiet">
        <p>{summary(panel, holder, now.value)}</p>
        {panel.heartbeatOnly && <p>{words.paused}</p>}
        {panel.state !== "off" && <StaleStamp />}
      </div>
      {panel.endpoints.length > 0 && (
        <>
          <ul aria-label={words.listLabel}>
            {panel.endpoints.map((endpoint) => (
              <EndpointRow key={endpoint.url} endpoint={endpoint} />
            ))}
          </ul>
          {acts.value && (
            <p class="list-foot rendezvous-foot">
              <Deeds panel={panel} />
            </p>
          )}
          <Refused place={place} />
        </>
      )}
    </Panel>
  );
}
