/* SPDX-License-Identifier: Apache-2.0 */
/* What is known of the selected node, and who says so. */

import type { ComponentChildren } from "preact";
import { strengthWord } from "../../data/health";
import type { Link } from "../../data/model";
import { now } from "../../data/store";
import { CopyButton } from "../../parts/controls";
import { Icon } from "../../parts/icon";
import { learnedFrom } from "../../text/common";
import { shortId, unknown } from "../../text/format";
import { lost, thisNode } from "../../text/mesh";
import * as words from "../../text/mesh_detail";
import { strengthWords } from "../../text/peers";
import type { Graph, MeshNode } from "./graph";
import { graph, selected } from "./known";

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function OwnFacts({ link }: { link: Link }) {
  const { strength, rttMs, rttP95Ms, lossIn, lossOut, path } = link;
  return (
    <>
      <Fact name={words.facts.strength}>
        {strength === null ? unknown : words.ofHundred(strength)}
      </Fact>
      <Fact name={words.facts.roundTrip}>{words.medianAnd(rttMs, rttP95Ms)}</Fact>
      <Fact name={words.facts.loss}>{words.losses(lossIn, lossOut)}</Fact>
      <Fact name={words.facts.path}>{words.paths[path]}</Fact>
      <Fact name={words.learned}>{learnedFrom(link.learnedFrom)}</Fact>
    </>
  );
}

function others(node: MeshNode, { nodes }: Graph): number {
  return node.neighbours.filter((id) => nodes.get(id)?.kind === "reported").length;
}

function Claims({ node }: { node: MeshNode }) {
  return (
    <ul>
      {node.claims.map(({ by, at, path, rttMs }) => (
        <li key={by}>{words.claim(by, path, rttMs, at === null ? null : now.value - at)}</li>
      ))}
    </ul>
  );
}

function Badge({ node }: { node: MeshNode }) {
  const word = strengthWord(node.link?.strength ?? null);
  if (node.kind !== "own" || word === "unknown") return null;
  return (
    <span class={`badge ${word === "weak" ? "badge-warn" : ""}`}>
      {word === "weak" && <Icon name="alert" />}
      {strengthWords[word]}
    </span>
  );
}

function Facts({ node }: { node: MeshNode }) {
  const { kind, link, hops, cutsOff, claims } = node;
  return (
    <dl>
      {kind === "own" && link !== null && <OwnFacts link={link} />}
      {kind === "own" && (
        <Fact name={words.facts.knows}>
          {graph.value.told.has(node.id)
            ? words.knowsOthers(others(node, graph.value))
            : words.tellsNothing}
        </Fact>
      )}
      {claims.length > 0 && (
        <Fact name={words.facts.reportedBy}>
          <Claims node={node} />
        </Fact>
      )}
      {kind === "lost" && <Fact name={words.facts.path}>{lost}</Fact>}
      {kind === "reported" && <Fact name={words.facts.hops}>{hops ?? words.noWay}</Fact>}
      {kind !== "self" && (
        <Fact name={words.facts.cutsOff}>{words.cutOffNodes(cutsOff.length)}</Fact>
      )}
    </dl>
  );
}

export function Card() {
  const node = selected.value === null ? undefined : graph.value.nodes.get(selected.value);
  return (
    <div class="mesh-card" aria-live="polite">
      <h3>{words.selected}</h3>
      {node === undefined ? (
        <p class="quiet">{words.nothingSelected}</p>
      ) : (
        <>
          <p class="mesh-card-head">
            <code title={node.id}>{shortId(node.id)}</code>
            {node.kind === "self" && <span class="badge">{thisNode}</span>}
            <Badge node={node} />
            <CopyButton text={() => node.id} label={words.copyId} />
            <button
              type="button"
              class="icon-button"
              aria-label={words.unselect}
              onClick={() => (selected.value = null)}
            >
              <Icon name="close" />
            </button>
          </p>
          <Facts node={node} />
        </>
      )}
    </div>
  );
}
