/* SPDX-License-Identifier: Apache-2.0 */
import { useState } from "preact/hooks";
import { fetchFiles } from "../../data/content";
import type { Refusal } from "../../data/operations";
import { isWaiting, RefusalLine } from "../../parts/deed";
import { Panel } from "../../parts/panel";
import { waits } from "../../text/operations";
import * as words from "../../text/content";
import { idsIn } from "./select";

export function FetchById() {
  const [typed, setTyped] = useState("");
  const [told, setTold] = useState("");
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [busy, setBusy] = useState(false);
  const { ids, odd } = idsIn(typed);
  const waiting = isWaiting();
  const submit = async (event: Event) => {
    event.preventDefault();
    if (waiting || busy) return;
    setRefusal(null);
    if (odd[0] !== undefined) return setTold(words.fetchOdd(odd[0], odd.length - 1));
    if (ids.length === 0) return setTold(words.fetchNone);
    setBusy(true);
    setTold("");
    const came = await fetchFiles(ids);
    setBusy(false);
    if ("title" in came) return setRefusal(came);
    setTyped("");
    setTold(words.wantedText(came));
  };
  return (
    <Panel id="fetch-file" title={words.fetchTitle}>
      <form class="panel-body content-form" onSubmit={(event) => void submit(event)}>
        <label for="fetch-ids" class="hidden-words">
          {words.fetchLabel}
        </label>
        <textarea
          id="fetch-ids"
          class="text-field mono"
          rows={2}
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          value={typed}
          aria-describedby="fetch-hint"
          onInput={(event) => setTyped(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter" && !event.shiftKey) void submit(event);
          }}
        />
        <p id="fetch-hint" class="second">
          {waiting ? waits : words.fetchHint}
        </p>
        <div class="content-deeds">
          <button type="submit" class="button" aria-disabled={waiting || busy}>
            {busy ? words.fetchDoing : words.fetchDeed(ids.length)}
          </button>
          <span role="status">{told}</span>
        </div>
        {refusal !== null && <RefusalLine refusal={refusal} />}
      </form>
    </Panel>
  );
}
