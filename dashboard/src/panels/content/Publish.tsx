/* SPDX-License-Identifier: Apache-2.0 */
/* Files from this browser: choosing them, and how far each is on its way to the node. */

import { useRef } from "preact/hooks";
import { again, cancel, clearOver, isOver, type Upload, uploads } from "../../data/uploads";
import { Bar } from "../../parts/bar";
import { CopyButton } from "../../parts/controls";
import { isWaiting, RefusalLine } from "../../parts/deed";
import { Icon } from "../../parts/icon";
import { Panel } from "../../parts/panel";
import { bytesText, dotted } from "../../text/format";
import { waits } from "../../text/operations";
import * as words from "../../text/uploads";
import { visible } from "../../text/visible";
import type { Brought } from "./drop";

function UploadDeeds({ upload }: { upload: Upload }) {
  const { key, phase, id } = upload;
  const name = visible(upload.name);
  if (phase === "done" && id !== null)
    return <CopyButton text={() => id} label={words.copyId(name)} words={words.copyWords} />;
  if (phase === "failed")
    return (
      <button type="button" class="button" aria-label={words.tryAgainOf(name)} onClick={() => again(key)}>
        {words.tryAgain}
      </button>
    );
  if (phase === "sent") return null;
  return (
    <button type="button" class="button" aria-label={words.cancelOf(name)} onClick={() => cancel(key)}>
      {words.cancel}
    </button>
  );
}

const icons = { waiting: "clock", sending: "source", sent: "source", done: "check", failed: "error" } as const;
const tones: Partial<Record<Upload["phase"], string>> = { done: "ok", failed: "bad" };

function UploadLine({ upload }: { upload: Upload }) {
  const { size, phase, bytesSent, wish, refusal } = upload;
  const name = visible(upload.name);
  const told = words.phaseOf(upload);
  const goes = phase === "sending" || phase === "sent";
  return (
    <li class="upload">
      <Icon name={icons[phase]} class={tones[phase] ?? ""} />
      <div>
        <p class="upload-name">
          <bdi>{name}</bdi>
        </p>
        <p class="second">{dotted([told, phase === "sending" ? "" : bytesText(size), words.readersOf(wish.readers)])}</p>
        {goes && (
          <Bar
            label={words.barLabel(name)}
            share={size === 0 ? 1 : Math.min(1, bytesSent / size)}
            words={told}
          />
        )}
        {refusal !== null && <RefusalLine refusal={refusal} />}
      </div>
      <UploadDeeds upload={upload} />
    </li>
  );
}

export function Publish({ onChoose }: { onChoose: (brought: Brought) => void }) {
  const chooser = useRef<HTMLInputElement>(null);
  const waiting = isWaiting();
  const all = uploads.value;
  const over = all.filter(isOver);
  const failed = over.filter(({ phase }) => phase === "failed").length;
  const chosen = (input: HTMLInputElement) => {
    const files = [...(input.files ?? [])];
    // The same file may be chosen again.
    input.value = "";
    if (files.length > 0) onChoose({ files, folders: 0 });
  };
  return (
    <Panel id="publish" title={words.title}>
      <div class="panel-body content-form">
        <p class="second">{waiting ? waits : words.about}</p>
        <input
          ref={chooser}
          id="publish-files"
          type="file"
          multiple
          hidden
          aria-label={words.chooseLabel}
          onChange={(event) => chosen(event.currentTarget)}
        />
        <div class="content-deeds">
          <button
            type="button"
            class="button"
            aria-disabled={waiting}
            onClick={() => !waiting && chooser.current?.click()}
          >
            {words.choose}
          </button>
          {over.length > 0 && (
            <button type="button" class="link-button" onClick={clearOver}>
              {words.clearOver}
            </button>
          )}
          <span role="status" class="hidden-words">
            {words.spoken(over.length - failed, failed)}
          </span>
        </div>
        {all.length > 0 && (
          <ul class="uploads" aria-label={words.listLabel}>
            {all.map((upload) => (
              <UploadLine key={upload.key} upload={upload} />
            ))}
          </ul>
        )}
      </div>
    </Panel>
  );
}
