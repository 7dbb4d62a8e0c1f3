/* SPDX-License-Identifier: Apache-2.0 */
import type { ComponentChildren } from "preact";
import type { LinkFigures } from "../../data/health";
import { links, mesh, past } from "../../data/store";
import { width } from "../../data/view";
import { Figure } from "../../parts/panel";
import { count, shortId } from "../../text/format";
import * as words from "../../text/stats";
import { type StrengthBar, strengthBars } from "./select";
import { Block } from "./StatsBlock";

const barWidth = 21;
const barHeight = 48;

/* As many as have room for "100" under each. */
function barLimit(): number {
  return width.value === "phone" ? 6 : 9;
}

function Bars({ bars }: { bars: readonly StrengthBar[] }) {
  if (bars.length === 0) return null;
  return (
    <ul class="strength-bars">
      {bars.map(({ id, nodeId, strength, word }) => {
        const who = nodeId === null ? id : shortId(nodeId);
        const level = ((strength ?? 0) / 100) * barHeight;
        return (
          <li key={id} class={`strength-${word}`} title={words.barTitle(who, strength)}>
            <svg
              viewBox={`0 0 ${barWidth} ${barHeight}`}
              preserveAspectRatio="none"
              aria-hidden="true"
            >
              <rect class="well" width={barWidth} height={barHeight} rx="2" />
              <rect class="level" y={barHeight - level} width={barWidth} height={level} rx="2" />
            </svg>
            <span class="hidden-words">{who}: </span>
            {count(strength)}
          </li>
        );
      })}
    </ul>
  );
}

function strengthLine(figures: LinkFigures): ComponentChildren {
  if (figures.open === 0) return words.noLinks;
  const parts = (["strong", "fair", "weak"] as const).filter((word) => figures[word] > 0);
  if (parts.length === 0) return words.strengthUnknown;
  return parts.map((word, at) => (
    <span key={word}>
      {at > 0 && " · "}
      <span class={word === "weak" ? "warn-words" : ""}>
        {figures[word]} {words.strengths[word]}
      </span>
    </span>
  ));
}

export function Links({ figures }: { figures: LinkFigures }) {
  const present = mesh.value;
  const { bars, left } = strengthBars(links.value.values(), barLimit());
  const then = past.value;
  const open = then === null ? figures.open : (then.sample?.links ?? null);
  return (
    <Block
      name={words.links}
      figures={
        <Figure value={count(open)} unit={words.ofWanted(present?.target ?? null)} />
      }
      line={then !== null && then.links === null ? words.strengthUnkept : strengthLine(figures)}
    >
      <Bars bars={bars} />
      <p class="stat-note">
        {words.perLink(figures.open, present?.known ?? null)}
        {left > 0 && ` · ${words.moreLinks(barLimit())}`}
      </p>
    </Block>
  );
}
