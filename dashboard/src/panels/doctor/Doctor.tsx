/* SPDX-License-Identifier: Apache-2.0 */
/* The node's own doctor, in the drawer that asks why: a button, then its steps as they come. */

import { type DoctorStep, runDoctor, visit } from "../../data/doctor";
import { DeedButton } from "../../parts/deed";
import { Icon } from "../../parts/icon";
import { Hidden } from "../../parts/panel";
import * as words from "../../text/doctor";
import { shortId } from "../../text/format";
import { marks, tellingOf } from "./select";
import "./doctor.css";

function StepLine({ step }: { step: DoctorStep }) {
  return (
    <li class={`doctor-step doctor-${step.result}`}>
      <Icon name={marks[step.result]} />
      <div>
        <p class="finding-title">
          <Hidden>{`${words.results[step.result]}: `}</Hidden>
          {step.title}
        </p>
        <p>{step.text}</p>
        {step.advice !== null && (
          <p class="second">
            {words.adviceLead}
            {step.advice}
          </p>
        )}
      </div>
    </li>
  );
}

export function Doctor({ nodeId }: { nodeId: string }) {
  const mine = visit.value?.nodeId === nodeId ? visit.value : null;
  const busy = mine?.phase === "asked" || mine?.phase === "working";
  const word = mine === null ? words.run : words.runAgain;
  return (
    <section class="doctor" aria-label={words.title} aria-busy={busy}>
      <h3>{words.title}</h3>
      {mine === null && <p class="second">{words.about}</p>}
      {mine !== null && mine.steps.length > 0 && (
        <ol>
          {mine.steps.map((step, at) => (
            <StepLine key={`${at} ${step.title}`} step={step} />
          ))}
        </ol>
      )}
      {mine?.refusal != null && (
        <p class="doctor-refusal">
          <b>{mine.refusal.title}.</b> {mine.refusal.detail}
        </p>
      )}
      <p class="doctor-foot">
        <DeedButton
          label={words.labelOf(word, shortId(nodeId))}
          busy={busy}
          onPress={() => void runDoctor(nodeId)}
        >
          {word}
        </DeedButton>
        <span role="status">{mine === null ? "" : tellingOf(mine)}</span>
      </p>
    </section>
  );
}
