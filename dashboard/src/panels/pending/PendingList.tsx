/* SPDX-License-Identifier: Apache-2.0 */
import { useState } from "preact/hooks";
import type { Pending } from "../../data/model";
import { links, now, peers, pending } from "../../data/store";
import { showAll } from "../../text/block_list";
import { shortId } from "../../text/format";
import { after } from "../../text/pending_list";
import { RefusedAmong, TargetDeed } from "../controls/TargetDeed";
import { pendingLine } from "./select";
import "../blocks/blocks.css";

const prefix = "pending ";
const shownFirst = 8;

function Row({ row }: { row: Pending }) {
  const { nodeId } = row;
  const line = pendingLine(row, links.value.values(), peers.value, now.value);
  const deed = { place: `${prefix}${nodeId}`, target: { nodeId }, whom: shortId(nodeId) };
  return (
    <li class="decision" tabIndex={-1}>
      <div>
        <p>
          <b class="mono" title={nodeId}>
            {shortId(nodeId)}
          </b>{" "}
          <span class="second" title={row.userId ?? undefined}>
            {line.user}
          </span>
        </p>
        {line.known !== "" && <p class="second">{line.known}</p>}
        <p class="second">{line.time}</p>
      </div>
      <div class="decision-deeds">
        <TargetDeed {...deed} action="pending.approve" />
        <TargetDeed {...deed} action="pending.reject" class="quiet-button" />
      </div>
    </li>
  );
}

/** Oldest first. */
export function PendingList() {
  const [whole, setWhole] = useState(false);
  const all = pending.value ?? [];
  const shown = whole ? all : all.slice(0, shownFirst);
  return (
    <>
      <RefusedAmong prefix={prefix} />
      <ul>
        {shown.map((row) => (
          <Row key={row.nodeId} row={row} />
        ))}
      </ul>
      {shown.length < all.length && (
        <p class="decisions-more">
          <button type="button" class="link-button" onClick={() => setWhole(true)}>
            {showAll(all.length)}
          </button>
        </p>
      )}
      <footer class="decisions-foot">{after}</footer>
    </>
  );
}
