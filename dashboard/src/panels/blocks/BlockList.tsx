/* SPDX-License-Identifier: Apache-2.0 */
import type { Block } from "../../data/model_control";
import { askTarget } from "../../data/operations";
import { blocks, now } from "../../data/store";
import { FirstOf } from "../../parts/decisions";
import { Icon } from "../../parts/icon";
import { staysHere } from "../../text/blocks";
import { RefusedAmong, TargetDeed } from "../controls/TargetDeed";
import { BlockFile } from "./BlockFile";
import { blockKey, blockLine } from "./select";
import "./blocks.css";

function Row({ block }: { block: Block }) {
  const line = blockLine(block, now.value);
  const { target } = block;
  return (
    <li class="decision" tabIndex={-1}>
      <Icon name={target.kind === "user" ? "peers" : "barred"} />
      <div>
        <p>
          <b class="mono" title={target.userId ?? target.nodeId ?? undefined}>
            {line.whom}
          </b>{" "}
          {line.direction}
        </p>
        <p class="second">{line.state}</p>
        <p class="second">{line.about}</p>
      </div>
      <TargetDeed
        place={line.key}
        action="block.remove"
        target={askTarget(target)}
        whom={line.whom}
        class="quiet-button"
      />
    </li>
  );
}

/** `imports`: the file chooser was asked for before this was there. */
export function BlockList({ imports }: { imports: boolean }) {
  const all = blocks.value ?? [];
  return (
    <>
      <RefusedAmong prefix="block " />
      <FirstOf items={all} draw={(block) => <Row key={blockKey(block)} block={block} />} />
      <footer class="list-foot">
        {all.length > 0 && <span>{staysHere}</span>}
        <BlockFile hasBlocks={all.length > 0} imports={imports} />
      </footer>
    </>
  );
}
