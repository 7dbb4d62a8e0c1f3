/* SPDX-License-Identifier: Apache-2.0 */
/* The opened row: the strength in words and numbers, the link, the peer. */

import type { ComponentChildren } from "preact";
import type { Link } from "../../data/model";
import { now } from "../../data/store";
import { CopyButton } from "../../parts/controls";
import { MeterLine } from "../../parts/strength";
import { copyWord, learnedFrom, reasonText } from "../../text/common";
import { ago, bytesText, fullTime, millis, percent, shortSpan, wholeSpan } from "../../text/format";
import * as words from "../../text/peers";
import type { PeerRow } from "./rows";

const { detail } = words;

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

function Id({ id }: { id: string }) {
  return (
    <span class="id-fact">
      <code>{id}</code>
      <CopyButton text={() => id} label={`${copyWord} ${id}`} />
    </span>
  );
}

function StrengthFacts({ link }: { link: Link }) {
  const { delay, loss, jitter, handshakeAge } = link.strengthInputs;
  const lossWords =
    link.lossIn === null
      ? detail.lossUnknown
      : detail.loss(percent(link.lossIn), percent(link.lossOut));
  const age = link.lastHandshakeAt;
  return (
    <div>
      <h3>{detail.strength(link.strength)}</h3>
      <dl>
        <MeterLine
          name={words.meters.delay}
          value={delay}
          measured={detail.roundTrip(millis(link.rttMs), millis(link.rttP95Ms))}
        />
        <MeterLine name={words.meters.loss} value={loss} measured={lossWords} />
        <MeterLine
          name={words.meters.jitter}
          value={jitter}
          measured={detail.jitter(millis(link.jitterMs))}
        />
        <MeterLine
          name={words.meters.handshakeAge}
          value={handshakeAge}
          measured={age === null ? detail.lossUnknown : ago(age, now.value)}
        />
      </dl>
    </div>
  );
}

function LinkFacts({ link }: { link: Link }) {
  const transport =
    link.transport === null ? "" : (words.transports[link.transport] ?? link.transport);
  const how = [words.paths[link.path], transport, words.directions[link.direction]];
  return (
    <div>
      <h3>{detail.link}</h3>
      <dl>
        <Fact name={words.heads.path}>{how.filter((part) => part !== "").join(" · ")}</Fact>
        {link.address !== null && (
          <Fact name={detail.address}>
            <code>{link.address}</code>
          </Fact>
        )}
        {link.since !== null && (
          <Fact name={detail.since}>
            <span title={fullTime(link.since)}>{wholeSpan(now.value - link.since)}</span>
          </Fact>
        )}
        <Fact name={detail.totals}>
          {detail.carried(bytesText(link.bytesIn), bytesText(link.bytesOut))}
        </Fact>
        <Fact name={detail.activity}>{ago(link.lastActivityAt, now.value)}</Fact>
        {link.reason !== null && <Fact name={detail.reason}>{reasonText(link.reason)}</Fact>}
      </dl>
    </div>
  );
}

function ticketWords(expiresAt: number): string {
  const left = expiresAt - now.value;
  return left < 0 ? words.ticketEnded(shortSpan(-left)) : words.ticketGood(shortSpan(left));
}

function PeerFacts({ row }: { row: PeerRow }) {
  const { peer } = row;
  return (
    <div>
      <h3>{detail.peer}</h3>
      <dl>
        {row.nodeId !== null && (
          <Fact name={detail.node}>
            <Id id={row.nodeId} />
          </Fact>
        )}
        {row.userId !== null && (
          <Fact name={detail.user}>
            <Id id={row.userId} />
          </Fact>
        )}
        {peer !== null && peer.addrs.length > 0 && (
          <Fact name={detail.addresses}>
            <code>{peer.addrs.join(", ")}</code>
          </Fact>
        )}
        {peer?.lastSeenAt != null && (
          <Fact name={detail.seen}>{ago(peer.lastSeenAt, now.value)}</Fact>
        )}
        {peer?.ticketExpiresAt != null && (
          <Fact name={detail.ticket}>{ticketWords(peer.ticketExpiresAt)}</Fact>
        )}
        <Fact name={detail.learned}>{learnedFrom(row.learnedFrom)}</Fact>
      </dl>
    </div>
  );
}

export function PeerDetail({ row }: { row: PeerRow }) {
  return (
    <div class="peer-detail">
      {row.link !== null && row.group === "connected" && <StrengthFacts link={row.link} />}
      {row.link !== null && <LinkFacts link={row.link} />}
      <PeerFacts row={row} />
    </div>
  );
}
