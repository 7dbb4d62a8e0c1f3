/* SPDX-License-Identifier: Apache-2.0 */
/* The drawing as a thing to point at and to walk on. Who cannot see it hears where they are. */

import { useEffect, useRef, useState } from "preact/hooks";
import { strengthWord } from "../../data/health";
import { freshness, now } from "../../data/store";
import { theme } from "../../data/theme";
import * as words from "../../text/mesh";
import { strengthWords } from "../../text/peers";
import { type MeshCanvas, openCanvas } from "./canvas";
import type { MeshNode } from "./graph";
import { graph, picked, selected, walkedTo } from "./known";
import { arrowOf, walk } from "./walk";

function spokenOf(node: MeshNode): string {
  const { id, kind, link, claims, neighbours, cutsOff } = node;
  return words.spoken({
    id,
    kind,
    strength: strengthWords[strengthWord(link?.strength ?? null)].toLowerCase(),
    ms: link?.rttMs ?? null,
    by: new Set(claims.map(({ by }) => by)).size,
    links: neighbours.length,
    behind: cutsOff.length,
  });
}

function step(event: KeyboardEvent, canvas: MeshCanvas): boolean {
  const at = walkedTo.value ?? graph.value.self;
  const arrow = arrowOf(event.key);
  if (arrow !== null) {
    const linked = graph.value.nodes.get(at)?.neighbours ?? [];
    walkedTo.value = walk(at, arrow, canvas.spots(), linked) ?? at;
    return true;
  }
  if (event.key === "Home") walkedTo.value = graph.value.self;
  else if (event.key === "Enter" || event.key === " ") selected.value = at;
  else if (event.key === "Escape" && selected.value !== null) selected.value = null;
  else return false;
  return true;
}

/* A finger is wider than a pointer. */
const room = (event: PointerEvent): number => (event.pointerType === "touch" ? 22 : 9);

export function Drawing({ large }: { large: boolean }) {
  const place = useRef<HTMLCanvasElement>(null);
  const canvas = useRef<MeshCanvas | null>(null);
  const [hover, setHover] = useState<string | null>(null);
  const [focused, setFocused] = useState(false);
  const at = walkedTo.value ?? graph.value.self;
  const node = graph.value.nodes.get(at);

  useEffect(() => {
    if (place.current === null) return;
    const opened = openCanvas(place.current);
    canvas.current = opened;
    return () => opened.close();
  }, []);

  useEffect(() => {
    canvas.current?.show({
      graph: graph.value,
      picked: picked.value,
      look: `${theme.value} ${freshness.value}`,
      view: { large, now: now.value, focus: focused ? at : null, hover, selected: selected.value },
    });
  });

  const pointed = (event: PointerEvent): string | null =>
    canvas.current?.nodeAt(event.offsetX, event.offsetY, room(event)) ?? null;
  return (
    <div
      class={`mesh-field ${hover === null ? "" : "mesh-pointed"}`}
      role="application"
      tabIndex={0}
      aria-label={words.drawingLabel}
      aria-describedby={large ? "mesh-help-large" : "mesh-help"}
      onFocus={() => setFocused(true)}
      onBlur={() => setFocused(false)}
      onKeyDown={(event) => {
        if (canvas.current === null || !step(event, canvas.current)) return;
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      <canvas
        ref={place}
        aria-hidden="true"
        onPointerMove={(event) => setHover(pointed(event))}
        onPointerLeave={() => setHover(null)}
        onPointerDown={(event) => {
          const id = pointed(event);
          if (id !== null) walkedTo.value = id;
          selected.value = id === selected.value ? null : id;
        }}
      />
      <p class="hidden-words" id={large ? "mesh-help-large" : "mesh-help"}>
        {words.drawingHelp}
      </p>
      <p class="hidden-words" role="status">
        {focused && node !== undefined ? spokenOf(node) : ""}
      </p>
    </div>
  );
}
