/* SPDX-License-Identifier: Apache-2.0 */
import { computed } from "@preact/signals";
import type { Operation } from "../../data/model_control";
import { doingAt, took } from "../../data/operations";
import { node, now, operations } from "../../data/store";
import { drawerHash } from "../../data/view";
import { DeedButton, Refused } from "../../parts/deed";
import { Icon } from "../../parts/icon";
import { Awaited, Panel } from "../../parts/panel";
import * as words from "../../text/operations";
import { act, keepIt, tryAgain, undo } from "../controls/deeds";
import { canUndo, connectAgain, inProgress, lineOf, spokenOf, todays } from "./select";
import "./operations.css";

export const progress = computed(() => inProgress(operations.value ?? [], now.value));

function Buttons({ operation }: { operation: Operation }) {
  const { id, state } = operation;
  const busy = doingAt(id) !== null;
  const label = (button: string): string => words.about(button, operation);
  if (state === "failed")
    return (
      <DeedButton
        label={words.aboutFailed(operation)}
        busy={busy}
        onPress={() => tryAgain(operation)}
      >
        {words.tryAgain}
      </DeedButton>
    );
  if (state === "awaiting-confirm") {
    const keep = words.keepWord(operation);
    return (
      <>
        <DeedButton class="undo" label={label(words.goBack)} busy={busy} onPress={() => undo(id)}>
          {words.goBack}
        </DeedButton>
        <DeedButton class="deed" label={label(keep)} busy={busy} onPress={() => keepIt(id)}>
          {keep}
        </DeedButton>
      </>
    );
  }
  const again = connectAgain(operation);
  if (again !== null)
    return (
      <DeedButton
        class="undo"
        label={label(words.connectAgain)}
        busy={busy}
        onPress={() => void act(id, "link.connect", again)}
      >
        {words.connectAgain}
      </DeedButton>
    );
  if (!canUndo(operation)) return null;
  return (
    <DeedButton class="undo" label={label(words.undo)} busy={busy} onPress={() => undo(id)}>
      <Icon name="back" />
      {words.undo}
    </DeedButton>
  );
}

interface LineProps {
  operation: Operation;
  /** In a list where it can be looked for. */
  id?: string;
  isMarked?: boolean;
}

export function OperationLine({ operation, id, isMarked = false }: LineProps) {
  const line = lineOf(operation, now.value, took.value.get(operation.id) ?? null);
  const doing = doingAt(operation.id);
  return (
    <li id={id} class={`operation ${isMarked ? "operation-marked" : ""}`} tabIndex={-1}>
      <Icon name={line.icon} class={line.tone} />
      <div>
        <p class="finding-title">{line.title}</p>
        <p class="second">{line.about}</p>
      </div>
      <div class="operation-deeds">
        <Buttons operation={operation} />
      </div>
      <p
        class={`operation-state ${line.tone === "warn" ? "warn-words" : ""}`}
        role={line.tone === "bad" ? "alert" : undefined}
      >
        {line.left !== null && (
          <svg viewBox="0 0 100 3" preserveAspectRatio="none" aria-hidden="true" focusable="false">
            <rect class="well" width="100" height="3" />
            <rect class="level" width={100 * line.left} height="3" />
          </svg>
        )}
        {doing ?? line.state}
      </p>
      <Refused place={operation.id} />
    </li>
  );
}

export function Operations() {
  const present = operations.value;
  if (present === null && node.value !== null) return null;
  const shown = progress.value;
  return (
    <Panel
      id="operations"
      title={words.progressTitle}
      stamp={shown.some(canUndo) && <span>{words.progressNote}</span>}
    >
      <div role="status" class="hidden-words">
        {spokenOf(shown, now.value)}
      </div>
      {present === null && <Awaited lines={1} />}
      {present !== null && shown.length === 0 && <p class="panel-body quiet">{words.nothing}</p>}
      <ul>
        {shown.map((operation) => (
          <OperationLine key={operation.id} operation={operation} />
        ))}
      </ul>
      {present !== null && present.length > 0 && (
        <footer class="list-foot">
          <span>{words.today(todays(present, now.value))}</span>
          <a class="link-button" href={drawerHash("op")}>
            {words.allOperations}
          </a>
        </footer>
      )}
    </Panel>
  );
}
