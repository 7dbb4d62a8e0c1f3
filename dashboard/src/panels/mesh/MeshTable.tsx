/* SPDX-License-Identifier: Apache-2.0 */
/* The drawing's twin, for reading instead of looking. */

import { now } from "../../data/store";
import { shortId, unknown } from "../../text/format";
import { thisNode } from "../../text/mesh";
import * as words from "../../text/mesh_detail";
import type { MeshNode } from "./graph";
import { graph } from "./known";
import { tableRows } from "./rows";

const rowsMax = 300;

function By({ node }: { node: MeshNode }) {
  if (node.kind === "self") return <>{thisNode}</>;
  if (node.kind === "lost") return <>{words.gone}</>;
  const told = node.claims.map(({ by, at }) => words.claimed(by, at === null ? null : now.value - at));
  return <>{[node.kind === "own" ? words.ownLink : "", ...told].filter((text) => text !== "").join(", ")}</>;
}

export function MeshTable() {
  const rows = tableRows(graph.value);
  return (
    <div class="stats-table mesh-table" role="region" aria-label={words.tableLabel} tabIndex={0}>
      <table>
        <caption>{words.tableLabel}</caption>
        <thead>
          <tr>
            {words.heads.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, rowsMax).map((node) => (
            <tr key={node.id}>
              <th scope="row">
                <code title={node.id}>{shortId(node.id)}</code>
              </th>
              <td>
                <By node={node} />
              </td>
              <td>{node.hops ?? unknown}</td>
              <td>{node.neighbours.length}</td>
              <td>{node.cutsOff.length === 0 ? "" : words.cutOffNodes(node.cutsOff.length)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > rowsMax && <p class="quiet">{words.rowsLeft(rows.length - rowsMax)}</p>}
    </div>
  );
}
