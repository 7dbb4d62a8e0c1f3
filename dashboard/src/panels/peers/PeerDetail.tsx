/* SPDX-License-Identifier: Apache-2.0 */
/* The opened row: the strength in words and numbers, the link, the peer. */

import type { ComponentChildren } from "preact";
import { strengthWeights } from "skep-defs:strength";
import type { Link, Peer, StrengthInputs } from "../../data/model";
import { now } from "../../data/store";
import { CopyButton } from "../../parts/controls";
import { MeterLine, worstInput } from "../../parts/meter_line";
import { strengthInputs } from "../../parts/strength";
import { copyWord, learnedFrom, reasonText } from "../../text/common";
import {
  ago,
  bytesText,
  capital,
  countdown,
  dotted,
  fullTime,
  millis,
  percent,
  shortSpan,
  wholeSpan,
} from "../../text/format";
import * as detail from "../../text/peer_detail";
import * as words from "../../text/peers";
import type { PeerRow } from "./rows";
import { DetailDeeds } from "./DetailDeeds";
import { waitWords } from "./words";
import "./detail.css";

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
  const lossWords =
    link.lossIn === null
      ? detail.lossUnknown
      : detail.loss(percent(link.lossIn), percent(link.lossOut));
  const age = link.lastHandshakeAt;
  const measured: Readonly<Record<keyof StrengthInputs, string>> = {
    delay: detail.roundTrip(
      millis(link.rttMs),
      link.rttP95Ms === null ? null : millis(link.rttP95Ms),
    ),
    loss: lossWords,
    jitter: detail.jitter(millis(link.jitterMs)),
    handshakeAge: age === null ? detail.lossUnknown : ago(age, now.value),
  };
  const worst = worstInput(link.strengthInputs);
  return (
    <div>
      <h3>{detail.strength(link.strength)}</h3>
      <dl>
        {strengthInputs.map((name) => (
          <MeterLine
            key={name}
            name={words.meters[name]}
            weight={strengthWeights[name]}
            value={link.strengthInputs[name]}
            measured={measured[name]}
          />
        ))}
      </dl>
      <p class="detail-note">
        {worst !== null && <b>{detail.pulls(words.meters[worst])} </b>}
        {detail.weights(strengthInputs.map((name) => [words.meters[name], strengthWeights[name]]))}
      </p>
    </div>
  );
}

function placeWords(link: Link): string {
  const parts = link.state === "closed" ? [] : [detail.places[link.place]];
  if (link.isOperators) parts.push(detail.byYou);
  if (link.isAnchor) parts.push(detail.anchor);
  return dotted(parts);
}

function LinkFacts({ link }: { link: Link }) {
  const transport =
    link.transport === null ? "" : (words.transports[link.transport] ?? link.transport);
  const how = [words.paths[link.path], transport, words.directions[link.direction]];
  return (
    <div>
      <h3>{detail.link}</h3>
      <dl>
        <Fact name={words.heads.path}>{dotted(how)}</Fact>
        {link.address !== null && (
          <Fact name={detail.address}>
            <code>{link.address}</code>
          </Fact>
        )}
        {link.candidates !== null && (
          <Fact name={detail.candidates}>
            {link.candidates.map(({ kind, address }, i) => (
              <span key={i} class="candidate" title={detail.candidateKinds[kind ?? ""]}>
                <code>{address}</code> {kind}
              </span>
            ))}
          </Fact>
        )}
        {placeWords(link) !== "" && <Fact name={detail.place}>{placeWords(link)}</Fact>}
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
  return left < 0 ? words.ticketEnded(shortSpan(-left)) : detail.ticketGood(shortSpan(left));
}

function learnedWords(row: PeerRow): string {
  const parts = [learnedFrom(row.learnedFrom)];
  if (row.learnedAt !== null) parts.push(ago(row.learnedAt, now.value));
  if (row.peer?.fromDisk === true) parts.push(detail.fromDisk);
  return parts.join(" · ");
}

/** Why there is no link, how often it was tried, and when it is tried next. */
function WaitFacts({ peer }: { peer: Peer }) {
  const why = waitWords(peer);
  const next = peer.nextAttemptAt;
  return (
    <div>
      <h3>{detail.notLinked}</h3>
      <dl>
        {why !== null && (
          <Fact name={detail.why}>
            {capital(why)} {peer.wait !== null && peer.wait !== "none" && <code>{peer.wait}</code>}
          </Fact>
        )}
        <Fact name={detail.next}>
          {next === null ? (
            peer.wait === "none" ? words.dueNow : detail.nonePlanned
          ) : (
            <span title={fullTime(next)}>
              {next > now.value ? detail.inTime(countdown(next - now.value)) : words.dueNow}
            </span>
          )}
        </Fact>
        {peer.failures !== null && (
          <Fact name={detail.failures}>
            {peer.failures === 0 ? detail.noFailure : capital(words.triedInVain(peer.failures))}
          </Fact>
        )}
        {peer.reason !== null && (
          <Fact name={detail.lastEnd}>
            {capital(reasonText(peer.reason))} <code>{peer.reason}</code>
          </Fact>
        )}
        {peer.isAnchor && <Fact name={detail.place}>{detail.anchor}</Fact>}
      </dl>
    </div>
  );
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
        <Fact name={detail.learned}>
          <span title={row.learnedAt === null ? undefined : fullTime(row.learnedAt)}>
            {learnedWords(row)}
          </span>
        </Fact>
      </dl>
    </div>
  );
}

export function PeerDetail({ row }: { row: PeerRow }) {
  return (
    <div class="peer-detail">
      <DetailDeeds row={row} />
      {row.link !== null && row.group === "connected" && <StrengthFacts link={row.link} />}
      {row.peer?.linkState === "none" && <WaitFacts peer={row.peer} />}
      {row.link !== null && <LinkFacts link={row.link} />}
      <PeerFacts row={row} />
    </div>
  );
}
