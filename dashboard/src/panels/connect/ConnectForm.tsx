/* SPDX-License-Identifier: Apache-2.0 */
/* Calls a peer by hand. What the daemon says against it stands under the field. */

import { useState } from "preact/hooks";
import { doingAt, refusalAt } from "../../data/operations";
import { node } from "../../data/store";
import { isWaiting, Refused } from "../../parts/deed";
import * as words from "../../text/connect";
import { shortId } from "../../text/format";
import { deedOf, waits } from "../../text/operations";
import { act } from "../controls/deeds";
import { targetIn } from "./target";
import "./connect.css";

interface ConnectProps {
  id: string;
  /** After the daemon took it. */
  onDone?: () => void;
}

export function ConnectForm({ id, onDone }: ConnectProps) {
  const [typed, setTyped] = useState("");
  const [told, setTold] = useState("");
  const doing = doingAt(id);
  const waiting = isWaiting();
  const submit = async (event: Event) => {
    event.preventDefault();
    if (waiting || doing !== null) return;
    const target = targetIn(typed);
    if (target === null) return setTold(words.notUnderstood);
    if (target.nodeId === node.value?.nodeId) return setTold(words.ownId);
    setTold("");
    await act(id, "link.connect", target);
    if (refusalAt(id) !== null) return;
    setTyped("");
    setTold(words.calling(target.address ?? shortId(target.nodeId ?? "")));
    onDone?.();
  };
  return (
    <form class="connect" onSubmit={(event) => void submit(event)}>
      <label for={id} class="hidden-words">
        {words.label}
      </label>
      <input
        id={id}
        class="text-field"
        placeholder={words.placeholder}
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        value={typed}
        aria-describedby={`${id}-hint`}
        onInput={(event) => setTyped(event.currentTarget.value)}
      />
      <button type="submit" class="button" aria-disabled={waiting || doing !== null}>
        {doing ?? deedOf("link.connect").deed}
      </button>
      <p id={`${id}-hint`}>{waiting ? waits : words.hint}</p>
      <p role="status">{told}</p>
      <Refused place={id} />
    </form>
  );
}
