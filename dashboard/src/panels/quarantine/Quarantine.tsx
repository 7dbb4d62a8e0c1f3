/* SPDX-License-Identifier: Apache-2.0 */
/* What did not verify: why, who sent it, whose it says it is, where it differs. */

import { useState } from "preact/hooks";
import type { Refusal } from "../../data/operations";
import { quarantine, removeShut, type Shut } from "../../data/quarantine";
import { now } from "../../data/store";
import { FirstOf } from "../../parts/decisions";
import { isWaiting, RefusalLine } from "../../parts/deed";
import { Icon } from "../../parts/icon";
import { Awaited, Panel } from "../../parts/panel";
import { ago, bytesText, fullTime, unknown } from "../../text/format";
import { waits } from "../../text/operations";
import * as words from "../../text/quarantine";
import { Fact, ShortIdFact } from "../content/Fact";
import { ListMore } from "../content/ListMore";
import { ListTrouble } from "../content/ListTrouble";
import "./quarantine.css";

function Id({ name, id, number, none = unknown }: { name: string; id: string | null; number: number; none?: string }) {
  if (id === null) return <Fact name={name}>{none}</Fact>;
  return <ShortIdFact name={name} id={id} label={words.copyOf(name, number)} />;
}

function Row({ shut, onRemoved }: { shut: Shut; onRemoved: (told: string) => void }) {
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const { number, cause, at, size, firstDifference, expectedKey } = shut;
  const waiting = isWaiting();
  const press = async () => {
    if (waiting || busy) return;
    setBusy(true);
    const answer = await removeShut(number);
    setBusy(false);
    setRefusal(answer);
    if (answer === null) onRemoved(words.removed(number));
  };
  return (
    <li class="decision shut">
      <Icon name="alert" class="warn" />
      <div>
        <p>
          <b>{words.causeOf(cause)}</b> <code class="second">{words.codeOf(cause)}</code>{" "}
          <span class="second" title={at === null ? undefined : fullTime(at)}>
            {ago(at, now.value)}
          </span>
        </p>
      </div>
      <button
        type="button"
        class="button quiet-button"
        aria-label={words.removeOf(number)}
        aria-disabled={waiting || busy}
        title={waiting ? waits : undefined}
        onClick={() => void press()}
      >
        {busy ? words.removing : words.remove}
      </button>
      {refusal !== null && <RefusalLine refusal={refusal} />}
      <dl>
        <Id name={words.senderName} id={shut.sender} number={number} />
        <Id name={words.signerName} id={shut.signer} number={number} none={words.notSigned} />
        {expectedKey !== null && <Id name={words.expectedName} id={expectedKey} number={number} />}
        <Id name={words.wantedName} id={shut.wanted} number={number} />
        <Id name={words.actualName} id={shut.actual} number={number} />
        <Fact name={words.differsName}>{firstDifference === null ? unknown : words.differsAt(firstDifference)}</Fact>
        <Fact name={words.sizeName}>{bytesText(size)}</Fact>
      </dl>
    </li>
  );
}

export function Quarantine() {
  const [told, setTold] = useState("");
  const known = quarantine.listed.value;
  if (quarantine.isAbsent.value) return null;
  const rows = known?.rows ?? [];
  const note = known === null || rows.length === 0 ? {} : { note: words.note(rows.length, known.hasMore) };
  return (
    <Panel id="quarantine" title={words.title} {...note}>
      <p role="status" class="hidden-words">
        {told}
      </p>
      <ListTrouble list={quarantine} lastKnown={words.lastKnown} />
      {known === null ? (
        quarantine.trouble.value === null && <Awaited lines={1} />
      ) : rows.length === 0 ? (
        <p class="panel-body">{words.empty}</p>
      ) : (
        <>
          <p class="panel-body second">{words.about}</p>
          <FirstOf items={rows} draw={(shut) => <Row key={shut.number} shut={shut} onRemoved={setTold} />} />
          <ListMore list={quarantine} deed={words.showMore} />
        </>
      )}
    </Panel>
  );
}
