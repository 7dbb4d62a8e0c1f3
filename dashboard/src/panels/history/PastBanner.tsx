/* SPDX-License-Identifier: Apache-2.0 */
/* While the page looks back: at what, how it was, and the way back to now. */

import { lookingAt, momentTrouble, range, stepBy, stepMs } from "../../data/past";
import { chartEdge, past } from "../../data/store";
import { Icon } from "../../parts/icon";
import { fullTime, momentText, shortSpan } from "../../text/format";
import { lookingBack } from "../../text/history";
import * as words from "../../text/past_banner";
import type { Past } from "../../data/past_state";
import "./history.css";

function sentence({ sample, links, isAwaited }: Past): string {
  const trouble = momentTrouble.value;
  if (trouble !== null) return words.missing(trouble);
  if (sample === null) return isAwaited ? words.awaited : words.notKept;
  const then = words.sentence(sample);
  const many = Math.round(sample.links ?? 0);
  return links !== null && links.length < many ? `${then} ${words.someLinks(links.length)}` : then;
}

function Step({ by, label }: { by: 1 | -1; label: string }) {
  return (
    <button
      type="button"
      class={`icon-button ${by < 0 ? "past-earlier" : ""}`}
      aria-label={label}
      title={label}
      onClick={() => stepBy(by, chartEdge.value)}
    >
      <Icon name="chevron" />
    </button>
  );
}

export function PastBanner() {
  const then = past.value;
  if (then === null) return null;
  const { at } = then;
  const step = stepMs.value;
  return (
    <div class="banner banner-past" role="group" aria-label={lookingBack}>
      <Icon name="clock" />
      <div>
        <p class="banner-title" title={fullTime(at)}>
          {words.youLookAt(momentText(at, range.value), shortSpan(chartEdge.value - at))}
        </p>
        <p>
          {sentence(then)} {words.arrows(step)}
        </p>
      </div>
      <span class="past-ways">
        <Step by={-1} label={words.earlier(step)} />
        <Step by={1} label={words.later(step)} />
        <button type="button" class="button deed" onClick={() => (lookingAt.value = null)}>
          {words.backToLive}
        </button>
      </span>
    </div>
  );
}
