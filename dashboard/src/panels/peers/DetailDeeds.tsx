/* SPDX-License-Identifier: Apache-2.0 */
/* What can be done with the peer of an opened row. */

import { acts } from "../../data/store";
import { drawerHash } from "../../data/view";
import { DeedButton } from "../../parts/deed";
import { shortId } from "../../text/format";
import * as words from "../../text/peers";
import { askBlock, peerPlace } from "../controls/deeds";
import { TargetDeed } from "../controls/TargetDeed";
import { linkAction } from "./RowDeeds";
import type { PeerRow } from "./rows";

/** On a phone the only deeds of a peer. */
export function DetailDeeds({ row }: { row: PeerRow }) {
  const { nodeId } = row;
  if (nodeId === null || !acts.value) return null;
  return (
    <p class="detail-deeds">
      <a class="button" href={drawerHash("why", nodeId)}>
        {words.why}
      </a>
      <TargetDeed
        place={peerPlace(nodeId)}
        action={linkAction(row)}
        target={{ nodeId }}
        whom={shortId(nodeId)}
      />
      <DeedButton
        label={`${words.block} ${shortId(nodeId)}`}
        busy={false}
        onPress={() => askBlock(row)}
      >
        {words.block}
      </DeedButton>
    </p>
  );
}
