/* SPDX-License-Identifier: Apache-2.0 */
/* A drawer from the right edge (a full sheet on a phone), as a modal dialog. */

import type { ComponentChildren } from "preact";
import { closeDrawer } from "../data/view";
import { closeWord } from "../text/common";
import { Icon } from "./icon";
import { useModal } from "./modal";
import "./drawer.css";

interface DrawerProps {
  id: string;
  title: string;
  note?: ComponentChildren;
  tools?: ComponentChildren;
  foot?: ComponentChildren;
  onClose?: () => void;
  children: ComponentChildren;
}

export function Drawer(props: DrawerProps) {
  const { id, title, note, tools, foot, children, onClose = closeDrawer } = props;
  const modal = useModal(onClose);
  const outside = (event: MouseEvent) => {
    if (event.target === modal.ref.current) onClose();
  };
  return (
    <dialog
      {...modal}
      class="drawer"
      aria-labelledby={`${id}-title`}
      onClick={outside}
    >
      <div class="drawer-sheet">
        <header class="drawer-head">
          <h2 id={`${id}-title`}>{title}</h2>
          <p class="drawer-note">{note}</p>
          {tools}
          <button type="button" class="icon-button" aria-label={closeWord} onClick={onClose}>
            <Icon name="close" />
          </button>
        </header>
        <div class="drawer-body">{children}</div>
        {foot !== undefined && <footer class="drawer-foot">{foot}</footer>}
      </div>
    </dialog>
  );
}
