/* SPDX-License-Identifier: Apache-2.0 */
/* How much is here, on its way, and moving. */

import type { ComponentChildren } from "preact";
import { shelf } from "../../data/content";
import { bandwidth, freshness } from "../../data/store";
import { Bar } from "../../parts/bar";
import { Awaited, Figure } from "../../parts/panel";
import { asOfClock, pageNames } from "../../text/common";
import { bytes, bytesText, count, rate, wholePercent } from "../../text/format";
import * as words from "../../text/content";

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
  const share = used === null || max === null || max === 0 ? null : Math.min(1, used / max);
  const of = max === null || share === null ? words.noBudget : words.ofBudget(max, wholePercent(share));
  return (
    <Total name={words.onDisk}>
      <Figure value={figure} unit={unit} tone={share !== null && share > 0.95 ? "warn" : undefined} />
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

export function Totals() {
  const known = shelf.value;
  return (
    <section class="panel" aria-labelledby="content-title">
      <header class="panel-head">
        <h1 id="content-title">{pageNames.content}</h1>
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
          <Disk used={known.bytesUsed} max={known.bytesMax} />
          <Traffic />
        </div>
      )}
    </section>
  );
}
