/* SPDX-License-Identifier: Apache-2.0 */
/* Choosing files that are here, to be named in a post. */

import { useState } from "preact/hooks";
import { shelf } from "../../data/content";
import { postAttachmentsMax } from "../../data/posts";
import type { StoredFile } from "../../data/stored_file";
import { Icon } from "../../parts/icon";
import { nameOf } from "../../text/content";
import { bytesText, dotted, shortId } from "../../text/format";
import * as words from "../../text/posts";
import { attachable } from "./select";

const offered = 5;

interface AttachFieldProps {
  attached: readonly string[];
  onChange: (attached: readonly string[]) => void;
}

const aboutOf = ({ size, readers }: StoredFile): string =>
  dotted([bytesText(size), readers === "public" ? "" : words.sealedFor]);

function Attached({ id, file, onRemove }: { id: string; file: StoredFile | undefined; onRemove: () => void }) {
  const name = file === undefined ? shortId(id) : nameOf(file);
  return (
    <li>
      <span>
        <bdi>{name}</bdi> {file !== undefined && <span class="ask-note">{aboutOf(file)}</span>}
      </span>
      <button type="button" class="icon-button" aria-label={words.detach(name)} onClick={onRemove}>
        <Icon name="close" />
      </button>
    </li>
  );
}

export function AttachField({ attached, onChange }: AttachFieldProps) {
  const [find, setFind] = useState("");
  const files = shelf.value?.files ?? [];
  const found = attachable(files, attached, find);
  const isFull = attached.length >= postAttachmentsMax;
  const some = attachable(files, [], "").length > 0;
  return (
    <fieldset class="ask-whom post-attach">
      <legend>{words.attachField}</legend>
      {attached.length > 0 && (
        <ul class="attached" aria-label={words.attachmentsLabel}>
          {attached.map((id) => (
            <Attached
              key={id}
              id={id}
              file={files.find((file) => file.id === id)}
              onRemove={() => onChange(attached.filter((one) => one !== id))}
            />
          ))}
        </ul>
      )}
      {!some && <p class="ask-note">{words.noFiles}</p>}
      {some && !isFull && (
        <>
          <input
            class="text-field"
            type="search"
            autocomplete="off"
            aria-label={words.attachHint}
            placeholder={words.attachHint}
            value={find}
            onInput={(event) => setFind(event.currentTarget.value)}
            onKeyDown={(event) => {
              // It looks for something; it does not publish.
              if (event.key === "Enter") event.preventDefault();
            }}
          />
          {found.length === 0 ? (
            <p class="ask-note">{words.noSuchFile}</p>
          ) : (
            <ul>
              {found.slice(0, offered).map((file) => (
                <li key={file.id}>
                  <button
                    type="button"
                    class="link-button"
                    aria-label={words.attach(nameOf(file))}
                    onClick={() => onChange([...attached, file.id])}
                  >
                    <bdi>{nameOf(file)}</bdi>
                  </button>{" "}
                  <span class="ask-note">{aboutOf(file)}</span>
                </li>
              ))}
            </ul>
          )}
        </>
      )}
    </fieldset>
  );
}
