/* SPDX-License-Identifier: Apache-2.0 */
/* Nobody is signed in here: what to do, and a place to paste the token. */

import { useState } from "preact/hooks";
import { tokenIn } from "../../data/route";
import { connection, stream } from "../../data/store";
import { Icon } from "../../parts/icon";
import * as words from "../../text/refused";
import "./refused.css";

export function Refused() {
  const [pasted, setPasted] = useState("");
  const [odd, setOdd] = useState(false);
  const present = connection.value;
  const used = present.kind === "refused" && present.tokenTried;
  const submit = (event: Event) => {
    event.preventDefault();
    const token = tokenIn(pasted);
    setOdd(token === null);
    if (token !== null) stream.value?.signIn(token);
  };
  const problem = odd ? words.refusedOdd : used ? words.refusedUsed : "";
  return (
    <section class="panel refused" aria-labelledby="refused-title">
      <Icon name="key" />
      <div>
        <h1 id="refused-title">{words.refusedTitle}</h1>
        <p>
          {words.refusedText} <code>{words.refusedCommand}</code> {words.refusedAfter}
        </p>
        <form onSubmit={submit}>
          <label for="token">{words.tokenLabel}</label>
          <div class="refused-row">
            <input
              id="token"
              class="text-field mono"
              autocomplete="off"
              spellcheck={false}
              aria-describedby="token-problem"
              value={pasted}
              onInput={(event) => setPasted(event.currentTarget.value)}
            />
            <button type="submit" class="button deed">
              {words.signInWord}
            </button>
          </div>
          <p id="token-problem" role="alert" class="refused-problem">
            {problem}
          </p>
        </form>
      </div>
    </section>
  );
}
