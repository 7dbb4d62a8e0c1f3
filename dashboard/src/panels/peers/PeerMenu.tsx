/* SPDX-License-Identifier: Apache-2.0 */
/* What can be done with one peer, under its ⋯. Arrows walk, Esc and Tab close. */

import { useLayoutEffect, useRef } from "preact/hooks";
import { acts } from "../../data/store";
import { openDrawer } from "../../data/view";
import { copyText } from "../../parts/controls";
import { isWaiting } from "../../parts/deed";
import { shortId } from "../../text/format";
import { deedOf, waits } from "../../text/operations";
import * as words from "../../text/peers";
import { act, askBlock, peerPlace } from "../controls/deeds";
import { closeMenu, peerMenu, type PeerMenuAt } from "./menu";
import "./menu.css";

interface Item {
  readonly name: string;
  readonly deed: boolean;
  readonly press: () => void;
}

function itemsOf(at: PeerMenuAt): readonly Item[] {
  const { nodeId, isLinked } = at;
  const action = isLinked ? "link.disconnect" : "link.connect";
  const all = [
    { name: words.why, deed: false, press: () => openDrawer("why", nodeId) },
    {
      name: deedOf(action).deed,
      deed: true,
      press: () => void act(peerPlace(nodeId), action, { nodeId }),
    },
    { name: words.block, deed: true, press: () => askBlock(at) },
    { name: words.copyId, deed: false, press: () => void copyText(nodeId) },
  ];
  return acts.value ? all : all.filter(({ deed }) => !deed);
}

/** The focus goes back to where the menu hangs. */
function leave(): void {
  peerMenu.value?.button.focus();
  closeMenu();
}

function step(event: KeyboardEvent & { currentTarget: HTMLElement }): void {
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>("[role=menuitem]")];
  const at = items.findIndex((item) => item === document.activeElement);
  const to = {
    ArrowDown: (at + 1) % items.length,
    ArrowUp: (at + items.length - 1) % items.length,
    Home: 0,
    End: items.length - 1,
  }[event.key];
  if (to !== undefined) {
    event.preventDefault();
    items[to]?.focus();
  } else if (event.key === "Tab" || event.key === "Escape") {
    event.preventDefault();
    leave();
  }
  event.stopPropagation();
}

/** Under the button, or above it where there is no room; its right edges meet. A button that is not to be seen, or gone,
 * has no menu. */
function place(menu: HTMLElement, button: HTMLElement): void {
  const anchor = button.getBoundingClientRect();
  const below = anchor.bottom + 4 + menu.offsetHeight <= innerHeight;
  menu.style.top = `${below ? anchor.bottom + 4 : anchor.top - 4 - menu.offsetHeight}px`;
  menu.style.left = `${Math.max(8, anchor.right - menu.offsetWidth)}px`;
  if (anchor.bottom <= 0 || anchor.top >= innerHeight) closeMenu();
}

function Menu({ at }: { at: PeerMenuAt }) {
  const menu = useRef<HTMLDivElement>(null);
  const waiting = isWaiting();
  useLayoutEffect(() => {
    const element = menu.current;
    if (element === null) return;
    let frame = 0;
    const follow = () => {
      frame = requestAnimationFrame(follow);
      place(element, at.button);
    };
    follow();
    element.querySelector<HTMLElement>("[role=menuitem]")?.focus();
    const away = (event: Event) => {
      if (event.target instanceof Node && element.contains(event.target)) return;
      if (event.target instanceof Node && at.button.contains(event.target)) return;
      closeMenu();
    };
    addEventListener("pointerdown", away);
    return () => {
      removeEventListener("pointerdown", away);
      cancelAnimationFrame(frame);
    };
  }, []);
  return (
    <div
      ref={menu}
      class="peer-menu"
      role="menu"
      aria-label={words.menuOf(shortId(at.nodeId))}
      onKeyDown={step}
    >
      {itemsOf(at).map(({ name, deed, press }) => (
        <button
          key={name}
          type="button"
          role="menuitem"
          tabIndex={-1}
          aria-disabled={deed && waiting}
          title={deed && waiting ? waits : undefined}
          onClick={() => {
            if (deed && waiting) return;
            leave();
            press();
          }}
        >
          {name}
        </button>
      ))}
    </div>
  );
}

export function PeerMenu() {
  const at = peerMenu.value;
  return at === null ? null : <Menu key={at.nodeId} at={at} />;
}
