/* SPDX-License-Identifier: Apache-2.0 */
/* The last cell of a row: its deed, its menu, its details. */

import { acts } from "../../data/store";
import { width } from "../../data/view";
import { Icon } from "../../parts/icon";
import * as words from "../../text/peers";
import { peerPlace } from "../controls/deeds";
import { TargetDeed } from "../controls/TargetDeed";
import { closeMenu, peerMenu } from "./menu";
import { who } from "./PeerCells";
import type { PeerRow } from "./rows";

/** What ends its link, or makes one. */
export function linkAction(row: PeerRow): "link.disconnect" | "link.connect" {
  return row.link !== null && row.link.state !== "closed" ? "link.disconnect" : "link.connect";
}

/** Opens or closes the menu of the row. */
function toggleMenu(row: PeerRow, button: HTMLElement): void {
  const { nodeId, userId, userProof } = row;
  if (nodeId === null) return;
  if (peerMenu.value?.nodeId === nodeId) return closeMenu();
  const isLinked = linkAction(row) === "link.disconnect";
  peerMenu.value = { nodeId, userId, userProof, isLinked, button };
}

function MenuButton({ row }: { row: PeerRow }) {
  return (
    <button
      type="button"
      class="icon-button"
      aria-haspopup="menu"
      aria-expanded={peerMenu.value?.nodeId === row.nodeId}
      aria-label={words.menuOf(who(row))}
      onClick={(event) => toggleMenu(row, event.currentTarget)}
    >
      <Icon name="more" />
    </button>
  );
}

interface DeedsProps {
  row: PeerRow;
  opened: boolean;
  onToggle: (key: string) => void;
}

/** On a phone the deeds are in the opened row. */
export function RowDeeds({ row, opened, onToggle }: DeedsProps) {
  const { nodeId } = row;
  const isPhone = width.value === "phone";
  return (
    <span class="row-deeds">
      {acts.value && nodeId !== null && width.value !== "narrow" && !isPhone && (
        <TargetDeed
          place={peerPlace(nodeId)}
          action={linkAction(row)}
          target={{ nodeId }}
          whom={who(row)}
        />
      )}
      {nodeId !== null && !isPhone && <MenuButton row={row} />}
      <button
        type="button"
        class="icon-button row-button"
        aria-expanded={opened}
        aria-label={words.openRow(who(row))}
        onClick={() => onToggle(row.key)}
      >
        <Icon name="chevron" class={opened ? "turned" : ""} />
      </button>
    </span>
  );
}
