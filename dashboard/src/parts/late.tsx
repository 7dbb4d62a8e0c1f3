/* SPDX-License-Identifier: Apache-2.0 */
/* The place of something that comes with the late script: that thing, or why it is not there. */

import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { type LatePart, latePart, lateState, needLate } from "../data/late";
import * as words from "../text/late";
import { Drawer } from "./drawer";

function Missing() {
  const state = lateState.value;
  if (state === "slow") return <p role="status">{words.loading}</p>;
  const isNewer = state === "newer";
  return (
    <div role="alert">
      <p>{isNewer ? words.newer : words.away}</p>
      <button type="button" class="button" onClick={isNewer ? () => location.reload() : needLate}>
        {isNewer ? words.loadAgain : words.tryAgain}
      </button>
    </div>
  );
}

interface LateProps {
  /** False: there is nothing to draw yet, and nothing is fetched for it. */
  wanted?: boolean;
  draw: (part: LatePart) => ComponentChildren;
  /** Around the words while it comes slowly or not at all; without one they stand in a panel's body. */
  frame?: (words: ComponentChildren) => ComponentChildren;
}

const inBody = (words: ComponentChildren) => <div class="panel-body">{words}</div>;

/** For what is a panel of its own. */
export const inPanel = (words: ComponentChildren) => <section class="panel panel-body">{words}</section>;

export function Late({ draw, frame = inBody, wanted = true }: LateProps) {
  useEffect(() => {
    if (wanted) needLate();
  }, [wanted]);
  const part = latePart.value;
  if (!wanted) return null;
  if (part !== null) return <>{draw(part)}</>;
  const state = lateState.value;
  return state === "none" || state === "asked" ? null : <>{frame(<Missing />)}</>;
}

interface LateDrawerProps {
  title: string;
  onClose?: () => void;
  draw: (part: LatePart) => ComponentChildren;
}

export function LateDrawer({ title, draw, onClose }: LateDrawerProps) {
  return (
    <Late
      draw={draw}
      frame={(missing) => (
        <Drawer id="late" title={title} {...(onClose === undefined ? {} : { onClose })}>
          {inBody(missing)}
        </Drawer>
      )}
    />
  );
}
