/* SPDX-License-Identifier: Apache-2.0 */
import { computed } from "@preact/signals";
import { useState } from "preact/hooks";
import type { Page } from "../../data/route";
import { events, freshness, node, silentFor } from "../../data/store";
import { chooseTheme, theme } from "../../data/theme";
import { drawerHash, eventsSeenAt, page, width } from "../../data/view";
import { CopyButton } from "../../parts/controls";
import { Icon, SkepMark } from "../../parts/icon";
import { Hidden } from "../../parts/panel";
import { brand, pageNames } from "../../text/common";
import { count, shortId } from "../../text/format";
import * as words from "../../text/header";
import { liveMark } from "./select";
import "./header.css";

const unseen = computed(
  () =>
    events.value.filter(
      (event) =>
        event.at > eventsSeenAt.value && (event.level === "warn" || event.level === "error"),
    ).length,
);

function Tab({ to, href }: { to: Page; href: string }) {
  return (
    <a class="tab" href={href} aria-current={page.value === to ? "page" : undefined}>
      {pageNames[to]}
    </a>
  );
}

function Live() {
  const mark = liveMark(freshness.value, silentFor.value);
  return (
    <span class={`live live-${mark.tone}`}>
      <Icon name={mark.icon} class={mark.tone} />
      <span class="live-word">{mark.word}</span>
      {mark.age !== "" && <span class="live-age">{mark.age}</span>}
    </span>
  );
}

function Who() {
  const present = node.value;
  if (present === null) return null;
  return (
    <span class="who">
      {present.name !== null && <b>{present.name}</b>}
      <code title={present.nodeId}>{shortId(present.nodeId)}</code>
      <CopyButton text={() => present.nodeId} label={words.copyNodeId(shortId(present.nodeId))} />
    </span>
  );
}

function Diagnostics() {
  const many = unseen.value;
  return (
    <a class="button" href={drawerHash("events")}>
      <Icon name="log" />
      {words.diagnostics}
      {many > 0 && (
        <span class="badge badge-warn" title={words.unseenLabel(many)}>
          {count(many)}
          <Hidden> {words.unseenLabel(many)}</Hidden>
        </span>
      )}
    </a>
  );
}

function ThemeButton() {
  const other = theme.value === "dark" ? "light" : "dark";
  const label = words.switchTheme(other);
  return (
    <button
      type="button"
      class="icon-button theme-button"
      aria-label={label}
      title={label}
      onClick={() => chooseTheme(other)}
    >
      <Icon name={other === "dark" ? "moon" : "sun"} />
    </button>
  );
}

function Tabs() {
  return (
    <nav class="tabs" aria-label={words.navLabel}>
      <Tab to="networking" href="#/" />
      <Tab to="node" href="#/node" />
      <Tab to="content" href="#/content" />
    </nav>
  );
}

export function Header() {
  const [open, setOpen] = useState(false);
  const phone = width.value === "phone";
  const signedIn = freshness.value !== "refused";
  return (
    <header class="top">
      <div class="top-row">
        <a class="brand" href="#/node">
          <SkepMark />
          {brand}
        </a>
        {!phone && signedIn && <Tabs />}
        <span class="top-gap" />
        <Live />
        {!phone && signedIn && <Who />}
        {!phone && signedIn && <Diagnostics />}
        {(!phone || !signedIn) && <ThemeButton />}
        {phone && signedIn && (
          <button
            type="button"
            class="icon-button"
            aria-expanded={open}
            aria-controls="top-menu"
            aria-label={words.menuLabel}
            onClick={() => setOpen(!open)}
          >
            <Icon name={open ? "close" : "menu"} />
          </button>
        )}
      </div>
      {phone && signedIn && open && (
        <div class="top-menu" id="top-menu" onClick={() => setOpen(false)}>
          <Tabs />
          <Who />
          <Diagnostics />
          <ThemeButton />
        </div>
      )}
    </header>
  );
}
