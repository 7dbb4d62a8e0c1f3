/* SPDX-License-Identifier: Apache-2.0 */
/* The opened row: everything that is known of a file, and its download. */

import { useState } from "preact/hooks";
import { addressOf, tryRead } from "../../data/content";
import type { Refusal } from "../../data/operations";
import type { StoredFile } from "../../data/stored_file";
import { isWaiting, RefusalLine } from "../../parts/deed";
import { bytesText, capital, fullTime, unknown } from "../../text/format";
import { waits } from "../../text/operations";
import * as words from "../../text/content";
import { roleMeans, roleName, signedName, signedOf, whyKnown } from "../../text/copies";
import { CopiesFacts } from "./Copies";
import { Fact, IdFact } from "./Fact";
import { RemoveFile } from "./RemoveFile";
import { isReadable } from "./select";

/** The browser takes it from there, with its own progress. */
function save({ id, name }: StoredFile): void {
  const link = document.createElement("a");
  link.href = addressOf(id);
  link.download = name ?? id;
  link.click();
}

function Download({ file }: { file: StoredFile }) {
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const waiting = isWaiting();
  const press = async () => {
    if (waiting) return;
    const answer = await tryRead(file);
    setRefusal(answer);
    if (answer === null) save(file);
  };
  return (
    <>
      <button
        type="button"
        class="button"
        aria-label={words.downloadOf(words.nameOf(file))}
        aria-disabled={waiting}
        title={waiting ? waits : undefined}
        onClick={() => void press()}
      >
        {words.download}
      </button>
      {refusal !== null && <RefusalLine refusal={refusal} />}
    </>
  );
}

function sizeOf(size: number | null): string {
  if (size === null) return unknown;
  return size < 1_000 ? words.exactly(size) : `${bytesText(size)}, ${words.exactly(size)}`;
}

export function FileDetail({ file }: { file: StoredFile }) {
  const { id, name, state, author, isOurs, at, chunks, chunksHere, sources, mime, role, trouble } = file;
  const called = words.nameOf(file);
  const isSealed = state === "held" && name === null;
  return (
    <div class="file-detail">
      <div class={state === "known" ? "hidden-words" : "detail-deeds"}>
        {isReadable(file) && <Download file={file} />}
        <RemoveFile file={file} />
      </div>
      {isSealed && <p>{words.sealed}</p>}
      <dl>
        <IdFact name={words.idName} id={id} label={words.copyId(called)} />
        {author !== null && (
          <IdFact
            name={words.authorName}
            id={author}
            label={words.copyAuthor(called)}
            {...(isOurs ? { note: words.ours } : {})}
          />
        )}
        <Fact name={words.heads.readers}>{words.readersMeans(file)}</Fact>
        <Fact name={signedName}>{signedOf(file)}</Fact>
        {role !== null && <Fact name={role === "known" ? whyKnown : roleName}>{roleMeans(role)}</Fact>}
      </dl>
      <dl>
        <Fact name={words.sizeName}>{sizeOf(file.size)}</Fact>
        {mime !== null && <Fact name={words.kindName}>{mime}</Fact>}
        <Fact name={words.publishedName}>
          {at === null ? unknown : `${fullTime(at)}, ${words.byItsClock}`}
        </Fact>
        <Fact name={words.chunksName}>{chunks === null ? unknown : words.chunksOf(chunksHere, chunks)}</Fact>
        <CopiesFacts file={file} />
        {sources !== null && state === "fetching" && <Fact name={words.sourcesName}>{words.sourcesOf(sources)}</Fact>}
        {trouble !== null && <Fact name={words.troubleName}>{capital(trouble)}</Fact>}
      </dl>
    </div>
  );
}
