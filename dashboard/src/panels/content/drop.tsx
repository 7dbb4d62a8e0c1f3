/* SPDX-License-Identifier: Apache-2.0 */
/* Files that are dropped anywhere on the page. */

import { useEffect, useState } from "preact/hooks";
import * as words from "../../text/uploads";

export interface Brought {
  readonly files: readonly File[];
  /** How many of what was dropped are folders: a browser gives none of their bytes. */
  readonly folders: number;
}

const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes("Files") === true;

function broughtBy(event: DragEvent): Brought {
  const items = [...(event.dataTransfer?.items ?? [])].filter(({ kind }) => kind === "file");
  const isFolder = (item: DataTransferItem): boolean => item.webkitGetAsEntry()?.isDirectory === true;
  const files = items.filter((item) => !isFolder(item)).map((item) => item.getAsFile());
  return {
    files: files.filter((file) => file !== null),
    folders: items.filter(isFolder).length,
  };
}

/** Answers whether files are held over the page. A form that is open takes none. */
export function useDrop(onBrought: (brought: Brought) => void): boolean {
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    const over = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      // Else the browser would leave the page and open the file.
      event.preventDefault();
      setOver(document.querySelector("dialog[open]") === null);
    };
    const leave = (event: DragEvent) => {
      if (event.relatedTarget === null) setOver(false);
    };
    const drop = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      setOver(false);
      if (document.querySelector("dialog[open]") === null) onBrought(broughtBy(event));
    };
    addEventListener("dragover", over);
    addEventListener("dragleave", leave);
    addEventListener("drop", drop);
    return () => {
      removeEventListener("dragover", over);
      removeEventListener("dragleave", leave);
      removeEventListener("drop", drop);
    };
  }, []);
  return isOver;
}

export function DropHint() {
  return (
    <div class="drop-hint" aria-hidden="true">
      <p>
        <b>{words.dropHere}</b>
        <br />
        {words.dropMeans}
      </p>
    </div>
  );
}
