/* SPDX-License-Identifier: Apache-2.0 */
/* The list to a file and back. */

import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { blockFileText, importBlocks, readBlockFile } from "../../data/block_file";
import { now } from "../../data/store";
import { isWaiting } from "../../parts/deed";
import * as words from "../../text/block_list";
import { importFile } from "../../text/blocks";
import { waits } from "../../text/operations";

function save(text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = words.fileName;
  link.click();
  URL.revokeObjectURL(url);
}

/* What came of the last file. It outlives this place: the list of nobody is another one than that of somebody. */
const told = signal("");
const setTold = (words: string): void => {
  told.value = words;
};

export function BlockFile({ hasBlocks, imports }: { hasBlocks: boolean; imports: boolean }) {
  const chooser = useRef<HTMLInputElement>(null);
  const waiting = isWaiting();
  useEffect(() => {
    if (imports) chooser.current?.click();
  }, []);
  const saveList = async () => {
    const text = await blockFileText();
    setTold(text === null ? words.noList : "");
    if (text !== null) save(text);
  };
  const load = async (input: HTMLInputElement) => {
    const file = input.files?.[0];
    if (file === undefined) return;
    const entries = readBlockFile(await file.text());
    input.value = "";
    if (entries === null) return setTold(words.fileUnread);
    const tell = (done: number) => setTold(words.importing(done, entries.length));
    setTold(words.imported(await importBlocks(entries, now.value, tell)));
  };
  return (
    <div class="block-file">
      <span role="status">{told.value}</span>
      <input
        ref={chooser}
        id="block-file"
        type="file"
        accept="application/json,.json"
        hidden
        aria-label={importFile}
        onChange={(event) => void load(event.currentTarget)}
      />
      <button
        type="button"
        class="link-button"
        aria-disabled={waiting}
        title={waiting ? waits : undefined}
        onClick={() => !waiting && chooser.current?.click()}
      >
        {importFile}
      </button>
      {hasBlocks && (
        <button type="button" class="link-button" onClick={() => void saveList()}>
          {words.exportFile}
        </button>
      )}
    </div>
  );
}
