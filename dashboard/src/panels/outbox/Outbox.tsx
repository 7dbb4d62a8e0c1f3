/* SPDX-License-Identifier: Apache-2.0 */
/* The queue: what waits, for whom, since when. */

import { contentFigure, contentTime } from "../../data/content_panel";
import { fieldsOf, figure, time } from "../../data/fields";
import { isAlone, isOff } from "../../data/network";
import { outbox, type Waiting } from "../../data/outbox";
import { posts } from "../../data/posts";
import { content, now } from "../../data/store";
import { FirstOf } from "../../parts/decisions";
import { Icon } from "../../parts/icon";
import { Awaited, Panel } from "../../parts/panel";
import { ago, count, dotted, fullTime, shortSpan } from "../../text/format";
import * as words from "../../text/outbox";
import { startOf } from "../../text/posts";
import { FileLink } from "../content/FileLink";
import { ListMore } from "../content/ListMore";
import { ListTrouble } from "../content/ListTrouble";

/** What a post begins with: the queue itself has only its id. */
function postStart({ kind, id }: Waiting): string | null {
  const post = kind === "post" ? posts.listed.value?.rows.find((one) => one.id === id) : undefined;
  return post === undefined || post.isDeleted ? null : startOf(post);
}

function Row({ row }: { row: Waiting }) {
  const { kind, id, at } = row;
  const name = postStart(row) ?? words.nameOf(row);
  const isFile = kind === "file" || kind === "manifest";
  return (
    <li class="decision">
      <Icon name={row.waitsFor === "holders" ? "source" : "clock"} />
      <div>
        <p>
          {isFile ? (
            <FileLink id={id} name={name} />
          ) : (
            <b title={id}>
              <bdi>{name}</bdi>
            </b>
          )}
        </p>
        <p class="second">{words.waitsFor(row)}</p>
        <p class="second" title={at === null ? undefined : fullTime(at)}>
          {dotted([words.kindOf(kind), at === null ? "" : ago(at, now.value)])}
        </p>
      </div>
    </li>
  );
}

/** Why nothing moves; of the rest, how much waits for a neighbour at all. */
function Sum({ many, oldestAt }: { many: number | null; oldestAt: number | null }) {
  const why = isOff.value ? words.off : isAlone.value ? words.alone : null;
  const since = oldestAt === null ? "" : shortSpan(now.value - oldestAt);
  return (
    <>
      {why !== null && (
        <p class="panel-body outbox-why">
          <Icon name="power" /> <span>{why}</span>
        </p>
      )}
      {many !== null && many > 0 && <p class="panel-body second">{words.records(many, since)}</p>}
    </>
  );
}

export function Outbox() {
  const known = outbox.listed.value;
  if (outbox.isAbsent.value) return null;
  const records = fieldsOf(known?.told["records"]) ?? {};
  const many = contentFigure(content.value, "outbox", "waiting") ?? figure(records, "waiting");
  const oldestAt = contentTime(content.value, "outbox", "oldestAt") ?? time(records, "oldestAt");
  const rows = known?.rows ?? [];
  const isEmpty = rows.length === 0 && (many ?? 0) === 0;
  const all = known?.hasMore === true ? `${count(rows.length)}+` : count(rows.length);
  return (
    <Panel id="outbox" title={words.title} {...(rows.length === 0 ? {} : { note: all })}>
      <ListTrouble list={outbox} lastKnown={words.lastKnown} />
      {known === null ? (
        outbox.trouble.value === null && <Awaited lines={1} />
      ) : isEmpty ? (
        <p class="panel-body">{words.empty}</p>
      ) : (
        <>
          <Sum many={many} oldestAt={oldestAt} />
          <FirstOf items={rows} draw={(row) => <Row key={`${row.kind} ${row.waitsForWord} ${row.id}`} row={row} />} />
          <ListMore list={outbox} deed={words.showMore} />
        </>
      )}
    </Panel>
  );
}
