/* SPDX-License-Identifier: Apache-2.0 */
import { computed } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { findingsOf, type Health } from "../../data/health";
import type { Alert, Level } from "../../data/model";
import {
  acts,
  alerts,
  asOf,
  controls,
  freshness,
  figures,
  links,
  mesh,
  node,
  now,
  past,
  peers,
  rendezvous,
} from "../../data/store";
import { drawerHash } from "../../data/view";
import { Icon, type IconName } from "../../parts/icon";
import { heldOrder, useHold } from "../../parts/hold";
import { Hidden, StaleStamp } from "../../parts/panel";
import { clockMinutes, fullTime, shortId } from "../../text/format";
import * as then from "../../text/history";
import * as words from "../../text/verdict";
import { peerPlace } from "../controls/deeds";
import { TargetDeed } from "../controls/TargetDeed";
import { type Verdict as VerdictShown, verdictOf } from "./select";
import "./verdict.css";

/** How it was then. */
function verdictThen(health: Health | null): VerdictShown {
  const sentence = health === null ? then.verdictUnknown : then.verdict[health];
  return { icon: "clock", tone: "quiet", title: then.lookingBack, sentence };
}

export const verdict = computed(() => {
  if (past.value !== null) return verdictThen(past.value.sample?.health ?? null);
  return verdictOf({
    fresh: freshness.value,
    node: node.value,
    alerts: alerts.value,
    mesh: mesh.value,
    rendezvous: rendezvous.value,
    controls: controls.value,
    figures: figures.value,
  });
});

const findings = computed(() => findingsOf(alerts.value));

const shownFirst = 3;
const spokenEveryMs = 5_000;

function alertKey(alert: Alert): string {
  return `${alert.code} ${alert.subject ?? ""}`;
}

const marks: Record<Level, { readonly icon: IconName; readonly tone: string }> = {
  error: { icon: "error", tone: "bad" },
  warn: { icon: "alert", tone: "warn" },
  info: { icon: "notice", tone: "quiet" },
  debug: { icon: "notice", tone: "quiet" },
};

/** Whom it is about, when that is a peer this page knows. */
function isPeer(subject: string): boolean {
  return peers.value.has(subject);
}

/** Why, and at most one deed. */
function FindingDeeds({ alert }: { alert: Alert }) {
  const { code, subject } = alert;
  if (code === "approval-waiting")
    return (
      <button
        type="button"
        class="button"
        onClick={() => document.getElementById("pending")?.scrollIntoView({ block: "start" })}
      >
        {words.review}
      </button>
    );
  if (subject === null || !acts.value || !isPeer(subject)) return null;
  const isLinked = [...links.value.values()].some(
    ({ nodeId, state }) => nodeId === subject && state === "open",
  );
  return (
    <span class="finding-deeds">
      <a class="link-button" href={drawerHash("why", subject)}>
        {words.why}
      </a>
      {isLinked && (
        <TargetDeed
          place={peerPlace(subject)}
          action="link.disconnect"
          target={{ nodeId: subject }}
          whom={shortId(subject)}
        />
      )}
    </span>
  );
}

function Finding({ alert }: { alert: Alert }) {
  const { icon, tone } = marks[alert.level];
  return (
    <li class="finding" tabIndex={-1}>
      <Icon name={icon} class={tone} />
      <div class="finding-text">
        <p class="finding-title">
          <Hidden>{words.levelWords[alert.level]}: </Hidden>
          {alert.title}
        </p>
        <p class="finding-cause">
          {alert.cause} <code>{alert.code}</code>
        </p>
      </div>
      <FindingDeeds alert={alert} />
      {alert.since !== null && (
        <p class="finding-since" title={fullTime(alert.since)}>
          {words.since(clockMinutes(alert.since))}
        </p>
      )}
    </li>
  );
}

/** Speaks only when the verdict itself changes, at most once in 5 s. */
function Voice() {
  const { title } = verdict.value;
  const [spoken, setSpoken] = useState(title);
  const last = useRef(0);
  useEffect(() => {
    if (title === spoken) return;
    const wait = Math.max(0, last.current + spokenEveryMs - performance.now());
    const timer = setTimeout(() => {
      last.current = performance.now();
      setSpoken(title);
    }, wait);
    return () => clearTimeout(timer);
  }, [title, spoken]);
  return (
    <div role="status" class="hidden-words">
      {spoken}
    </div>
  );
}

function Checked() {
  const at = asOf.value;
  if (at === null || freshness.value === "stale" || past.value !== null) return null;
  return <p class="verdict-stamp">{words.checked(now.value - at)}</p>;
}

export function Verdict() {
  const { icon, tone, title, sentence } = verdict.value;
  const all = findings.value;
  const [whole, setWhole] = useState(false);
  const { held, watch } = useHold();
  const order = useRef<readonly string[]>([]);
  const ordered = held ? heldOrder(all, alertKey, order.current) : all;
  order.current = ordered.map(alertKey);
  const shown = whole ? ordered : ordered.slice(0, shownFirst);
  const more = all.length - shownFirst;
  return (
    <section class={`panel verdict verdict-${tone}`} id="verdict" aria-labelledby="verdict-title">
      <Voice />
      <header class="verdict-head">
        <Icon name={icon} class={tone} />
        <div>
          <h1 id="verdict-title">{title}</h1>
          <p>{sentence}</p>
          <StaleStamp />
        </div>
        <Checked />
      </header>
      {shown.length > 0 && (
        <ul aria-label={words.findingsLabel} {...watch}>
          {shown.map((alert) => (
            <Finding key={alertKey(alert)} alert={alert} />
          ))}
        </ul>
      )}
      {more > 0 && (
        <button type="button" class="link-button verdict-more" onClick={() => setWhole(!whole)}>
          {whole ? words.showFewer : words.andMore(more)}
        </button>
      )}
    </section>
  );
}
