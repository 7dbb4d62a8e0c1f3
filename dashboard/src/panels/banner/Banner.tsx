/* SPDX-License-Identifier: Apache-2.0 */
/* One banner at most: the daemon does not answer, it has no network, or it is stopping. It clears
 * itself. */

import type { Outage } from "../../data/model";
import {
  asOf,
  connection,
  freshness,
  nextTryIn,
  node,
  now,
  silentFor,
  stream,
} from "../../data/store";
import { Icon } from "../../parts/icon";
import { clock, fullTime, wholeSpan } from "../../text/format";
import * as words from "../../text/header";
import * as reach from "../../text/reachability";
import "./banner.css";

function silence(): string {
  return wholeSpan(silentFor.value ?? 0);
}

function whatHappensNext(): string {
  const next = nextTryIn.value;
  if (next === null) return words.waitingOpen;
  const soon = words.retrying(next);
  const busy = connection.value.kind === "lost" && connection.value.why === "busy";
  return busy ? `${words.busy} ${soon}` : soon;
}

function NoAnswer() {
  const at = asOf.value;
  const title = at === null ? words.offlineTitle : words.staleTitle(clock(at), silence());
  return (
    <div class="banner banner-bad">
      <Icon name="error" class="bad" />
      <div>
        <p class="banner-title">{title}</p>
        <p>
          {whatHappensNext()} {words.onTheMachine} <code>{words.machineCommands}</code>
        </p>
      </div>
      <button type="button" class="button" onClick={() => stream.value?.tryNow()}>
        {words.tryNow}
      </button>
    </div>
  );
}

function NoNetwork({ outage }: { outage: Outage }) {
  const { since, nextAttemptAt } = outage;
  const left = nextAttemptAt === null ? null : nextAttemptAt - now.value;
  return (
    <div class="banner banner-bad banner-outage">
      <Icon name="error" class="bad" />
      <div>
        <p class="banner-title" title={since === null ? undefined : fullTime(since)}>
          {reach.outageTitle(since === null ? "" : clock(since))}
        </p>
        <p>{reach.outageNext(left)}</p>
      </div>
    </div>
  );
}

export function Banner() {
  const fresh = freshness.value;
  if (fresh === "stale" || fresh === "offline") return <NoAnswer />;
  const outage = node.value?.outage ?? null;
  if (outage !== null && node.value?.state !== "stopping") return <NoNetwork outage={outage} />;
  if (node.value?.state === "stopping") {
    return (
      <div class="banner">
        <Icon name="power" />
        <div>
          <p class="banner-title">{words.stoppingTitle}</p>
          <p>{words.stoppingText}</p>
        </div>
      </div>
    );
  }
  return null;
}

/** Says it aloud once; the banner itself counts seconds and stays silent. */
export function BannerVoice() {
  const fresh = freshness.value;
  const lost = fresh === "stale" || fresh === "offline";
  return (
    <div class="hidden-words" role="alert">
      {lost ? words.noAnswerSpoken : node.value?.outage != null ? reach.outageSpoken : ""}
    </div>
  );
}
