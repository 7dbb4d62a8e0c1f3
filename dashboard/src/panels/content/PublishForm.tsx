/* SPDX-License-Identifier: Apache-2.0 */
/* Who may read what is about to be published, asked before anything leaves the browser. */

import { signal } from "@preact/signals";
import { shelf } from "../../data/content";
import { node } from "../../data/store";
import type { Readers } from "../../data/stored_file";
import { publish } from "../../data/uploads";
import { isWaiting } from "../../parts/deed";
import { useModal } from "../../parts/modal";
import { bytesText } from "../../text/format";
import { waits } from "../../text/operations";
import * as words from "../../text/uploads";
import { visible } from "../../text/visible";
import type { Brought } from "./drop";
import { roomOf } from "./room";
import "../controls/ask.css";

const targetUsual = 3;
const targetMax = 16;
const shownFiles = 4;

/* As it was chosen last, for as long as the page is open. */
const readers = signal<Readers>("public");
const target = signal(targetUsual);

function FileList({ files }: { files: readonly File[] }) {
  const all = files.reduce((sum, { size }) => sum + size, 0);
  const more = files.length - shownFiles;
  return (
    <div>
      <ul class="publish-files" aria-label={words.formFiles}>
        {files.slice(0, shownFiles).map((file, at) => (
          <li key={at}>
            <bdi>{visible(file.name)}</bdi> <span class="second">{bytesText(file.size)}</span>
          </li>
        ))}
      </ul>
      {files.length > 1 && <p class="second">{more > 0 ? words.andMore(more, all) : words.allOf(all)}</p>}
    </div>
  );
}

function ReadersField() {
  const community = node.value?.community ?? null;
  const means: Record<Readers, string> = {
    public: words.readersMean.public,
    community: community === null ? words.noCommunity : words.readersMean.community(community),
    users: words.readersMean.users(node.value?.userId ?? null),
  };
  return (
    <fieldset class="ask-whom publish-readers">
      <legend>{words.whoLabel}</legend>
      {(["public", "community", "users"] as const).map((who) => (
        <label key={who}>
          <input
            type="radio"
            name="readers"
            checked={readers.value === who}
            disabled={who === "community" && community === null}
            onChange={() => (readers.value = who)}
          />
          <span>
            {words.readers[who]} <span class="ask-note">{means[who]}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

function TargetField() {
  return (
    <label class="publish-target">
      {words.targetLabel}
      <select
        class="text-field"
        value={target.value}
        onChange={(event) => (target.value = Number(event.currentTarget.value))}
      >
        {Array.from({ length: targetMax }, (_, at) => (
          <option key={at} value={at + 1}>
            {at + 1}
          </option>
        ))}
      </select>
      <span class="ask-note">{words.targetMeans}</span>
    </label>
  );
}

interface FormProps {
  brought: Brought;
  onClose: () => void;
}

export function PublishForm({ brought: { files, folders }, onClose }: FormProps) {
  const modal = useModal(onClose);
  const waiting = isWaiting();
  const all = files.reduce((sum, { size }) => sum + size, 0);
  const left = roomOf(shelf.value?.bytesUsed ?? null, shelf.value?.bytesMax ?? null);
  const submit = (event: Event) => {
    event.preventDefault();
    if (waiting) return;
    publish(files, { readers: readers.value, target: target.value });
    onClose();
  };
  return (
    <dialog {...modal} class="ask" aria-labelledby="publish-form-title">
      <form onSubmit={submit}>
        <h2 id="publish-form-title">{words.formTitle(files.length)}</h2>
        {files.length > 0 && <FileList files={files} />}
        {folders > 0 && <p class="warn-words">{words.foldersLeft(folders)}</p>}
        {left !== null && all > left && <p class="warn-words">{words.overRoom(all, left)}</p>}
        {files.length > 0 && <ReadersField />}
        {files.length > 0 && <TargetField />}
        <footer>
          <p>{waiting ? waits : ""}</p>
          <button type="button" class="button" onClick={onClose}>
            {words.cancel}
          </button>
          {files.length > 0 && (
            <button type="submit" class="button deed" aria-disabled={waiting}>
              {words.deed(files.length, readers.value)}
            </button>
          )}
        </footer>
      </form>
    </dialog>
  );
}
