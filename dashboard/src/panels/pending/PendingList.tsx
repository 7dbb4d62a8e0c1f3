/* SPDX-License-Identifier: Apache-2.0 */
import type { Pending } from "../../data/model_control";
import { links, now, peers, pending } from "../../data/store";
import { FirstOf } from "../../parts/decisions";
import { shortId } from "../../text/format";
import { after } from "../../text/pending_list";
import { RefusedAmong, TargetDeed } from "../controls/TargetDeed";
import { pendingLine } from "./select";

const prefix = "pending ";

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
  return (
    <>
      <RefusedAmong prefix={prefix} />
      <FirstOf items={pending.value ?? []} draw={(row) => <Row key={row.nodeId} row={row} />} />
      <footer class="list-foot">{after}</footer>
    </>
  );
}
