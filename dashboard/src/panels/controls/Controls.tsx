/* SPDX-License-Identifier: Apache-2.0 */
import type { Control } from "../../data/model_control";
import { doingAt } from "../../data/operations";
import { controls, node, now, operations, pending } from "../../data/store";
import { isWaiting, Refused, Switch } from "../../parts/deed";
import { Awaited, Panel } from "../../parts/panel";
import * as words from "../../text/operations";
import { throwSwitch } from "./deeds";
import { meaning, shownControls } from "./select";
import "./controls.css";

function Row({ control }: { control: Control }) {
  const { name } = control;
  const waiting = pending.value?.length ?? 0;
  const { words: means, isTimed } = meaning(control, operations.value, now.value);
  return (
    <li class="control">
      <div>
        <p id={`control-${name}`} class="control-name">
          {words.switches[name]?.[0]}
        </p>
        <p id={`control-${name}-means`} class={isTimed ? "warn-words" : "second"}>
          {name === "approval" && waiting > 0 ? `${means} · ${words.waiting(waiting)}` : means}
        </p>
      </div>
      <Switch
        labelId={`control-${name}`}
        describedBy={`control-${name}-means controls-wait`}
        isOn={control.on}
        doing={doingAt(name)}
        onPress={() => throwSwitch(control)}
      />
      <Refused place={name} />
    </li>
  );
}

export function Controls() {
  const present = controls.value;
  if (present === null && node.value !== null) return null;
  return (
    <Panel
      id="controls"
      title={words.controlsTitle}
      stamp={<span id="controls-wait">{isWaiting() ? words.waits : words.controlsNote}</span>}
    >
      {present === null ? (
        <Awaited lines={3} />
      ) : (
        <ul>
          {shownControls(present).map((control) => (
            <Row key={control.name} control={control} />
          ))}
        </ul>
      )}
    </Panel>
  );
}
