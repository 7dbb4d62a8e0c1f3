/* SPDX-License-Identifier: Apache-2.0 */
/* A list of what the caretaker decides on: its first lines, and the rest when asked for. */

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { showAll } from "../text/common";
import "./decisions.css";

const shownFirst = 8;

interface FirstOfProps<Item> {
  items: readonly Item[];
  draw: (item: Item) => ComponentChildren;
}

export function FirstOf<Item>({ items, draw }: FirstOfProps<Item>) {
  const [whole, setWhole] = useState(false);
  const shown = whole ? items : items.slice(0, shownFirst);
  return (
    <>
      <ul>{shown.map(draw)}</ul>
      {shown.length < items.length && (
        <p class="list-foot">
          <button type="button" class="link-button" onClick={() => setWhole(true)}>
            {showAll(items.length)}
          </button>
        </p>
      )}
    </>
  );
}
