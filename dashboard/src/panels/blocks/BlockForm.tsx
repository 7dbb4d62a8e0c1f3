/* SPDX-License-Identifier: Apache-2.0 */
/* Whom to block, in which direction, for how long. */

import { useState } from "preact/hooks";
import { isWholeId } from "../../data/id";
import type { BlockDirection } from "../../data/model_control";
import { Choice } from "../../parts/controls";
import * as words from "../../text/block_form";
import { shortId } from "../../text/format";
import { targetName } from "../../text/operations";
import type { Subject } from "../controls/deeds";
import { DeedForm } from "../controls/DeedForm";
import { blocksPlace } from "./Blocks";
import { choicesFor, targetOf, type Whom } from "./form";

interface WhomProps {
  choices: readonly Whom[];
  whom: Whom;
  nameOf: (whom: Whom) => string;
  onChoose: (whom: Whom) => void;
}

const means: Record<Whom, string> = {
  node: words.nodeMeans,
  user: words.userMeans,
  claim: words.claimMeans,
};

function WhomField({ choices, whom, nameOf, onChoose }: WhomProps) {
  return (
    <fieldset class="ask-whom">
      <legend>{words.whom}</legend>
      {choices.map((choice) => (
        <label key={choice}>
          <input
            type="radio"
            name="whom"
            checked={choice === whom}
            onChange={() => onChoose(choice)}
          />
          {nameOf(choice)}
        </label>
      ))}
      <p class="ask-note">{means[whom]}</p>
    </fieldset>
  );
}

function IdField({ value, onInput }: { value: string; onInput: (id: string) => void }) {
  return (
    <label>
      {words.idLabel}
      <input
        class="text-field mono"
        autocomplete="off"
        spellcheck={false}
        value={value}
        onInput={(event) => onInput(event.currentTarget.value.trim().toLowerCase())}
      />
    </label>
  );
}

/** Without a subject it asks for the id. */
export function BlockForm({ subject }: { subject: Subject | null }) {
  const choices: readonly Whom[] = subject === null ? ["node", "user"] : choicesFor(subject);
  const [whom, setWhom] = useState<Whom>(choices[0] ?? "node");
  const [id, setId] = useState("");
  const [direction, setDirection] = useState<BlockDirection>("all");
  const [length, setLength] = useState("");
  const given: Subject = subject ?? { nodeId: id, userId: id, userProof: "proven" };
  const isWhole = subject !== null || isWholeId(id);
  const target = isWhole ? targetOf(whom, given) : null;
  const nameOf = (choice: Whom): string => {
    if (choice === "node") return subject === null ? words.anyNode : words.thisNode;
    const userId = subject?.userId ?? "";
    if (choice === "claim") return words.ofClaim(userId);
    return subject === null ? words.anyUser : words.ofUser(userId);
  };
  const title =
    subject === null
      ? words.titleOpen
      : words.titleOf(
          subject.nodeId === null
            ? targetName({ kind: "user", nodeId: null, userId: subject.userId, address: null, endpoint: null })
            : shortId(subject.nodeId),
        );
  const forMs = length === "" ? null : Number(length);
  const what = target === null ? null : { action: "block.add", target, params: { direction }, forMs };
  return (
    <DeedForm
      title={title}
      what={what}
      missing={words.idMissing}
      place={blocksPlace}
      deed={words.deedFor(whom, length)}
    >
      <WhomField choices={choices} whom={whom} nameOf={nameOf} onChoose={setWhom} />
      {subject === null && <IdField value={id} onInput={setId} />}
      <div class="ask-field">
        <span>{words.direction}</span>
        <Choice
          label={words.direction}
          options={words.directions}
          value={direction}
          onChoose={setDirection}
        />
        <p class="ask-note">{words.directionMeans[direction]}</p>
      </div>
      <label>
        {words.lengthLabel}
        <select
          class="text-field"
          value={length}
          onChange={(event) => setLength(event.currentTarget.value)}
        >
          {words.lengths.map(([ms, name]) => (
            <option key={ms} value={ms}>
              {name}
            </option>
          ))}
        </select>
      </label>
    </DeedForm>
  );
}
