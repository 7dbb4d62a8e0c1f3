/* SPDX-License-Identifier: Apache-2.0 */
/* Wants one file here. That it is on its way is told by the list. */

import { useState } from "preact/hooks";
import { fetchFiles } from "../../data/content";
import type { Refusal } from "../../data/operations";
import { isWaiting, RefusalLine } from "../../parts/deed";
import { wantedText } from "../../text/content";
import * as words from "../../text/copies";
import { waits } from "../../text/operations";

export function FetchButton({ id, name }: { id: string; name: string }) {
  const [busy, setBusy] = useState(false);
  const [told, setTold] = useState("");
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const waiting = isWaiting();
  const press = async (event: Event) => {
    event.stopPropagation();
    if (waiting || busy) return;
    setBusy(true);
    setRefusal(null);
    const came = await fetchFiles([id]);
    setBusy(false);
    if ("title" in came) setRefusal(came);
    else setTold(wantedText(came));
  };
  return (
    <>
      <button
        type="button"
        class="button"
        aria-label={words.fetchOf(name)}
        aria-disabled={waiting || busy}
        title={waiting ? waits : undefined}
        onClick={(event) => void press(event)}
      >
        {busy ? words.fetching : words.fetchDeed}
      </button>
      <span role="status" class="hidden-words">
        {told}
      </span>
      {refusal !== null && <RefusalLine refusal={refusal} />}
    </>
  );
}
