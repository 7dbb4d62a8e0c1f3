/* SPDX-License-Identifier: Apache-2.0 */
/* The form of a switch: for how long, where the deed can end by itself. */

import { useState } from "preact/hooks";
import { Choice } from "../../parts/controls";
import * as words from "../../text/ask";
import { DeedForm } from "./DeedForm";
import { proposedLength } from "./ask";

export function AskForm({ action, place }: { action: string; place: string }) {
  const proposed = proposedLength(action);
  const [length, setLength] = useState(proposed ?? "");
  return (
    <DeedForm
      title={words.question(action)}
      what={{ action, forMs: length === "" ? null : Number(length) }}
      place={place}
      deed={words.deedFor(action, length)}
    >
      {proposed !== null && (
        <Choice
          label={words.forLabel}
          options={words.lengths}
          value={length}
          onChoose={setLength}
        />
      )}
    </DeedForm>
  );
}
