/* SPDX-License-Identifier: Apache-2.0 */
import type { RendezvousPanel, Source } from "../../data/model";
import { doingAt } from "../../data/operations";
import { acts, freshness, node, now, rendezvous } from "../../data/store";
import { DeedButton, Refused } from "../../parts/deed";
import { Icon } from "../../parts/icon";
import { Awaited, Figure, Hidden, Panel, StaleStamp } from "../../parts/panel";
import { reasonText, sourceName } from "../../text/common";
import { shortSpan, span, wholePercent } from "../../text/format";
import { deedOf } from "../../text/operations";
import * as words from "../../text/rendezvous";
import { start } from "../controls/deeds";
import { attemptCounts, attempts, sourceLine } from "./select";
import "./rendezvous.css";

const ticks = 40;

function Badge({ panel }: { panel: RendezvousPanel }) {
  if (panel.state === "working") return null;
  const lacks = node.value?.lacks ?? null;
  const failing = lacks !== null || panel.state === "failing" || panel.state === "cache";
  return (
    <span class={`badge ${failing ? "badge-warn" : ""}`}>
      {failing && <Icon name="alert" />}
      {lacks === null ? words.badges[panel.state] : words.capability(lacks)}
    </span>
  );
}

const refresh = "mesh.refresh";

/** Asks all sources now; whoever cannot says why. */
function Refresh() {
  const doing = doingAt(refresh);
  const { deed } = deedOf(refresh);
  return (
    <DeedButton label={deed} busy={doing !== null} onPress={() => start(refresh, refresh)}>
      {doing ?? deed}
    </DeedButton>
  );
}

function lastFetch(panel: RendezvousPanel): string {
  if (panel.lastHarvestAt === null) return words.noFetch;
  return words.lastFetch(shortSpan(now.value - panel.lastHarvestAt));
}

function cacheSpan(panel: RendezvousPanel): string {
  return panel.cacheSince === null ? "" : shortSpan(now.value - panel.cacheSince);
}

/** One tick per request; a failed one is hollow and taller, whatever the colours. */
function Ticks({ panel }: { panel: RendezvousPanel }) {
  const list = attempts(panel, ticks);
  if (list.length === 0) return null;
  const { ok, failed } = attemptCounts(list);
  return (
    <svg
      class="ticks"
      role="img"
      aria-label={words.ticksLabel(ok, failed)}
      viewBox={`0 0 ${ticks * 9} 18`}
      width={ticks * 9}
      height="18"
    >
      {list.map((attempt, at) => (
        <rect
          key={at}
          class={attempt.ok ? "tick-ok" : "tick-failed"}
          x={at * 9 + 0.75}
          y={attempt.ok ? 4 : 1}
          width="6"
          height={attempt.ok ? 12 : 16}
          rx="1"
        />
      ))}
    </svg>
  );
}

function SourceRow({ source }: { source: Source }) {
  const line = sourceLine(source, now.value);
  return (
    <li class="source">
      <Icon name={line.icon} class={line.tone} />
      <div class="source-text">
        <p class="source-name">
          <span>{sourceName(source.id)}</span>
          <Hidden>: {line.state}</Hidden>
          {source.url !== null && <code title={source.url}>{source.url}</code>}
        </p>
        <p class={line.tone === "warn" ? "warn-words" : ""}>{line.words}</p>
      </div>
      <div class="source-figures">
        <p>{line.figure}</p>
        <p class="quiet">{line.share}</p>
      </div>
    </li>
  );
}

function Body({ panel }: { panel: RendezvousPanel }) {
  const next = panel.nextHarvestAt;
  const found = panel.firstPeerMs;
  return (
    <>
      {panel.state === "off" && (
        <p class="panel-body">
          {words.offText(panel.reason === null ? "" : reasonText(panel.reason))}
        </p>
      )}
      {panel.state === "cache" && <p class="panel-body">{words.cacheText(cacheSpan(panel))}</p>}
      <div class="panel-body rendezvous-share" hidden={panel.state === "off"}>
        <p>
          <Figure
            value={wholePercent(panel.successShare)}
            unit={words.ofRequests(panel.attempts)}
          />
        </p>
        <p class="quiet">
          {panel.successShare === null
            ? words.noRequests
            : `${words.windowText(panel.windowMs)} · ${words.streak(panel.failureStreak ?? 0)}`}
        </p>
        <StaleStamp />
        <Ticks panel={panel} />
      </div>
      {panel.sources.length === 0 && <p class="panel-body quiet">{words.noSources}</p>}
      <ul aria-label={words.sourcesLabel}>
        {panel.sources.map((source) => (
          <SourceRow key={source.id} source={source} />
        ))}
      </ul>
      <p class="list-foot rendezvous-foot">
        <span>{found === null ? words.noFirstPeer : words.firstPeer(span(found))}</span>
        {next !== null && freshness.value === "live" && next > now.value && (
          <span>{words.nextFetch(next - now.value)}</span>
        )}
        {acts.value && panel.state !== "off" && <Refresh />}
      </p>
      <Refused place={refresh} />
    </>
  );
}

export function Rendezvous() {
  const panel = rendezvous.value;
  if (panel === null && node.value !== null) return null;
  return (
    <Panel
      id="rendezvous"
      title={words.title}
      stamp={
        panel !== null && (
          <>
            <span>{lastFetch(panel)}</span>
            <Badge panel={panel} />
          </>
        )
      }
    >
      {panel === null ? <Awaited lines={2} /> : <Body panel={panel} />}
    </Panel>
  );
}
