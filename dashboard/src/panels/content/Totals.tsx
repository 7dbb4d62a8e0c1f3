/* SPDX-License-Identifier: Apache-2.0 */
/* How much is here, on its way, and moving. */

import type { ComponentChildren } from "preact";
import { shelf } from "../../data/content";
import { contentFigure, redundancyOf } from "../../data/content_panel";
import { bandwidth, content, freshness, node } from "../../data/store";
import { Bar } from "../../parts/bar";
import { Awaited, Figure } from "../../parts/panel";
import { asOfClock, pageNames } from "../../text/common";
import * as words from "../../text/content";
import * as copies from "../../text/copies";
import { bytes, bytesText, count, rate, shortId, wholePercent } from "../../text/format";
import { isTight, shareUsed } from "./room";
import { goTo } from "./shown";

function Total({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div class="content-total">
      <h2>{name}</h2>
      {children}
    </div>
  );
}

function Disk({ used, max }: { used: number | null; max: number | null }) {
  const { figure, unit } = bytes(used);
  const share = shareUsed(used, max);
  const of = max === null || share === null ? words.noBudget : words.ofBudget(max, wholePercent(share));
  return (
    <Total name={words.onDisk}>
      <Figure value={figure} unit={unit} tone={isTight(share) ? "warn" : undefined} />
      {share !== null && <Bar label={words.onDisk} share={share} words={`${bytesText(used)} ${of}`} isMeter />}
      <p class="second">{of}</p>
    </Total>
  );
}

function Traffic() {
  const [into, out] = [rate(bandwidth.value?.inBytesPerSecond ?? null), rate(bandwidth.value?.outBytesPerSecond ?? null)];
  return (
    <Total name={words.traffic}>
      <p class="content-rates">
        <span>
          <Figure value={into.figure} unit={into.unit} tone="in" /> <span class="second">{words.into}</span>
        </span>
        <span>
          <Figure value={out.figure} unit={out.unit} tone="out" /> <span class="second">{words.out}</span>
        </span>
      </p>
    </Total>
  );
}

/** The files that have enough copies, of all of which that matters. */
function Redundancy() {
  const counts = redundancyOf(content.value);
  if (counts === null) return null;
  const { ok, under, over, unknown: none } = counts;
  const enough = ok === null ? null : ok + (over ?? 0);
  const all = enough === null || under === null ? null : enough + under + (none ?? 0);
  return (
    <Total name={copies.totalName}>
      <Figure
        value={count(enough)}
        unit={all === null ? "" : copies.ofAll(all)}
        tone={(under ?? 0) > 0 ? "warn" : undefined}
      />
      {all !== null && enough !== null && all > 0 && (
        <Bar label={copies.barLabel} share={enough / all} words={copies.barWords(counts)} isMeter />
      )}
      <p class="second">{copies.countsOf(counts)}</p>
    </Total>
  );
}

/** Who signs here, and that all was looked at; what was not right is on its shelf. */
function Signing() {
  const user = node.value?.userId ?? null;
  const shut = contentFigure(content.value, "quarantine", "count") ?? 0;
  return (
    <p class="panel-note">
      {user !== null && (
        <>
          {copies.signAs} <code title={user}>{shortId(user)}</code>
          {". "}
        </>
      )}
      {copies.allVerified}{" "}
      {shut > 0 && (
        <button type="button" class="link-button" onClick={() => goTo("quarantine")}>
          {copies.didNotVerify(shut)}
        </button>
      )}
    </p>
  );
}

export function Totals() {
  const known = shelf.value;
  return (
    <section class="panel" aria-labelledby="content-title">
      <header class="panel-head">
        <h1 id="content-title">{pageNames.content}</h1>
        <Signing />
        {known !== null && freshness.value === "stale" && <div class="panel-stamp">{asOfClock(known.asOf)}</div>}
      </header>
      {known === null ? (
        <Awaited lines={1} />
      ) : (
        <div class="content-totals">
          <Total name={words.held}>
            <Figure value={count(known.held)} />
            <p class="second">{words.heldMeans}</p>
          </Total>
          <Total name={words.fetching}>
            <Figure value={count(known.fetching)} />
            <p class="second">{words.fetchingMeans(known.fetching)}</p>
          </Total>
          <Redundancy />
          <Disk used={known.bytesUsed} max={known.bytesMax} />
          <Traffic />
        </div>
      )}
    </section>
  );
}
