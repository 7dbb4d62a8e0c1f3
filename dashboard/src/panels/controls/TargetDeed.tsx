/* SPDX-License-Identifier: Apache-2.0 */
/* A button that does something to somebody, and where refusals of such buttons are said. */

import { type AskTarget, calls, doingAt, forget } from "../../data/operations";
import { DeedButton } from "../../parts/deed";
import { Icon } from "../../parts/icon";
import { closeWord } from "../../text/common";
import { shortId } from "../../text/format";
import { deedOf } from "../../text/operations";
import { act } from "./deeds";

interface DeedProps {
  /** Deeds that exclude each other share their place. */
  place: string;
  action: string;
  target: AskTarget;
  whom: string;
  class?: string;
}

export function TargetDeed({ place, action, target, whom, class: extra }: DeedProps) {
  const doing = doingAt(place);
  const { deed, doing: own } = deedOf(action);
  return (
    <DeedButton
      label={`${deed}: ${whom}`}
      busy={doing !== null}
      onPress={() => void act(place, action, target)}
      {...(extra === undefined ? {} : { class: extra })}
    >
      {doing === own ? doing : deed}
    </DeedButton>
  );
}

/** What was refused at the places of a list, above it: its rows have no room for sentences. */
export function RefusedAmong({ prefix }: { prefix: string }) {
  const refused = [...calls.value].flatMap(([place, call]) =>
    place.startsWith(prefix) && "refusal" in call ? [{ place, ...call.refusal }] : [],
  );
  if (refused.length === 0) return null;
  return (
    <ul class="refused-list">
      {refused.map(({ place, title, detail }) => (
        <li key={place} class="deed-refused" role="alert">
          <Icon name="error" class="bad" />
          <span>
            <code>{shortId(place.slice(prefix.length))}</code> <b>{title}.</b> {detail}
          </span>
          <button
            type="button"
            class="icon-button"
            aria-label={closeWord}
            onClick={() => forget(place)}
          >
            <Icon name="close" />
          </button>
        </li>
      ))}
    </ul>
  );
}
