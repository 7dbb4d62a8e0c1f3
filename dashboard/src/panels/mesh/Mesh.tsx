/* SPDX-License-Identifier: Apache-2.0 */
import type { LatePart } from "../../data/late";
import { node, past, views } from "../../data/store";
import { drawerHash, meshView } from "../../data/view";
import { Choice } from "../../parts/controls";
import { Icon } from "../../parts/icon";
import { Late } from "../../parts/late";
import { Awaited, Panel, StaleStamp } from "../../parts/panel";
import * as words from "../../text/mesh";
import "./mesh.css";
import { Drawing } from "./Drawing";
import { ownPeers, reportedNodes } from "./graph";
import { HoldsInBrief } from "./Holds";
import { graph, selected } from "./known";
import { Legend } from "./Legend";

export function summary(): string {
  const own = ownPeers(graph.value).length;
  if (past.value !== null) return words.summaryThen(own);
  const told = views.value !== null && views.value.length > 0;
  return told ? words.summary(own, reportedNodes(graph.value).length) : words.summaryAlone(own);
}

export function DrawnAs() {
  return (
    <Choice
      label={words.viewLabel}
      options={[
        ["picture", words.views.drawing],
        ["table", words.views.table],
      ]}
      value={meshView.value}
      onChoose={(next) => (meshView.value = next)}
    />
  );
}

function Empty() {
  return (
    <div class="empty">
      <Icon name="relayed" />
      <p class="empty-title">{words.emptyTitle}</p>
      <p>{words.emptyText}</p>
    </div>
  );
}

/** The table in the place of the drawing, and the card of a selected node. */
function drawLate({ MeshTable, MeshCard }: LatePart) {
  return (
    <>
      {meshView.value !== "picture" && <MeshTable />}
      {selected.value !== null && <MeshCard />}
    </>
  );
}

function Body() {
  if (graph.value.nodes.size < 2) return <Empty />;
  return (
    <>
      {meshView.value === "picture" && <Drawing large={false} />}
      {(meshView.value !== "picture" || selected.value !== null) && (
        <Late draw={drawLate} />
      )}
      <div class="mesh-foot">
        <HoldsInBrief most={2} />
        <a class="link-button" href={drawerHash("mesh")}>
          {words.openLarge}
        </a>
      </div>
      <Legend />
    </>
  );
}

export function Mesh() {
  const known = node.value !== null;
  return (
    <Panel
      id="mesh"
      title={words.title}
      note={known ? summary() : undefined}
      stamp={
        <>
          <StaleStamp />
          {known && <DrawnAs />}
        </>
      }
    >
      {known ? <Body /> : <Awaited lines={3} />}
    </Panel>
  );
}
