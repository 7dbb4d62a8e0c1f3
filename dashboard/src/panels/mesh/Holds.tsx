/* SPDX-License-Identifier: Apache-2.0 */
/* If something fails: this node first, then what further out is the only way to others. */

import { past } from "../../data/store";
import { Icon } from "../../parts/icon";
import * as words from "../../text/mesh";
import { ownPeers, toldBridges } from "./graph";
import { graph, selected, standing } from "./known";

interface Spot {
  readonly key: string;
  readonly text: string;
  /** Whom to show. */
  readonly id: string;
  readonly behind: number;
}

function spotsOf(): readonly Spot[] {
  const { singleWays } = graph.value;
  const spots = [
    ...singleWays.map(({ id, cutsOff }) => ({
      key: id,
      id,
      behind: cutsOff.length,
      text: words.singleWay(id, cutsOff.length),
    })),
    ...toldBridges(graph.value).map(({ near, far, behind }) => ({
      key: `${near} ${far}`,
      id: far,
      behind: behind.length,
      text: words.bridge(near, far, behind.length),
    })),
  ];
  return spots.sort((a, b) => b.behind - a.behind);
}

function standingWords(): string {
  const present = standing.value;
  switch (present.kind) {
    case "none":
      return words.standing.none;
    case "one":
      return words.standing.one(present.peer);
    case "island":
      return words.standing.island(present.peer, present.left);
    case "stays":
      return words.standing.stays;
  }
}

function basisWords(): string {
  if (past.value !== null) return words.basisThen;
  const own = ownPeers(graph.value);
  const told = own.filter(({ id }) => graph.value.told.has(id)).length;
  return words.basis(told, own.length);
}

/** Two lines under the drawing. */
export function HoldsInBrief({ most }: { most: number }) {
  const spots = spotsOf();
  const shown = spots.slice(0, most).map(({ text }) => text);
  const left = spots.length - shown.length;
  return (
    <div class="mesh-brief">
      <p>
        <b>{standingWords()}</b> <span class="quiet">{basisWords()}</span>
      </p>
      {shown.length > 0 && (
        <p class="mesh-spot">
          <Icon name="alert" class="warn" />
          <span>
            {shown.join(" ")} {left > 0 && words.moreSpots(left)}
          </span>
        </p>
      )}
    </div>
  );
}

const shownAtOnce = 6;

export function Holds() {
  const spots = spotsOf();
  return (
    <div class="mesh-holds">
      <h3>{words.ifFails}</h3>
      <p class="mesh-standing">{standingWords()}</p>
      <p class="quiet">
        {basisWords()} {words.furtherOut(spots.length)}
      </p>
      <ul>
        {spots.slice(0, shownAtOnce).map(({ key, id, text }) => (
          <li key={key} class="mesh-spot">
            <Icon name="alert" class="warn" />
            <span>{text}</span>
            <button type="button" class="button" onClick={() => (selected.value = id)}>
              {words.show}
            </button>
          </li>
        ))}
      </ul>
      {spots.length > shownAtOnce && <p class="quiet">{words.moreSpots(spots.length - shownAtOnce)}</p>}
    </div>
  );
}
