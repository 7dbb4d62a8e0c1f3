/* SPDX-License-Identifier: Apache-2.0 */
/* Who came last, and calling somebody by hand. */

import { strengthWord } from "../../data/health";
import { acts, links, now, peers } from "../../data/store";
import { Icon } from "../../parts/icon";
import { StrengthBars } from "../../parts/strength";
import { title as connectTitle } from "../../text/connect";
import { millis, wholeSpan } from "../../text/format";
import * as words from "../../text/networking";
import { strengthWords } from "../../text/peers";
import { ConnectForm } from "../connect/ConnectForm";
import { peerPlace } from "../controls/deeds";
import { RefusedAmong, TargetDeed } from "../controls/TargetDeed";
import { who } from "../peers/PeerCells";
import { linkAction } from "../peers/RowDeeds";
import { type PeerRow, peerRows } from "../peers/rows";
import { rowWords } from "../peers/words";
import { newestRows } from "./select";

/** What the row says of itself, at its end. */
function RowState({ row }: { row: PeerRow }) {
  const { link } = row;
  if (row.group !== "connected" || link === null)
    return <span class="net-peer-strength">{rowWords(row, now.value).what}</span>;
  return (
    <>
      <span class="second">
        {link.since === null ? "" : words.ageOfLink(wholeSpan(now.value - link.since))}
      </span>
      <span class="net-peer-strength">
        <StrengthBars strength={link.strength} />
        {link.strength ?? ""} {strengthWords[strengthWord(link.strength)]}
      </span>
      <span class="net-peer-rtt">{millis(link.rttMs)} ms</span>
    </>
  );
}

export function Newest() {
  const newest = newestRows(peerRows(links.value.values(), peers.value));
  return (
    <section class="panel" aria-labelledby="net-connect-title">
      <header class="panel-head">
        <h2 id="net-connect-title">{acts.value ? connectTitle : words.latestPeers}</h2>
      </header>
      {acts.value && (
        <div class="net-connect">
          <ConnectForm id="connect" />
        </div>
      )}
      <RefusedAmong prefix={peerPlace("")} />
      <ul>
        {newest.map((row) => (
          <li key={row.key} class="net-peer" tabIndex={-1}>
            <Icon name={row.group === "connected" ? "check" : "clock"} />
            <code class="peer-id">{who(row)}</code>
            <RowState row={row} />
            {acts.value && row.nodeId !== null && (
              <TargetDeed
                place={peerPlace(row.nodeId)}
                action={linkAction(row)}
                target={{ nodeId: row.nodeId }}
                whom={who(row)}
              />
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
