/* SPDX-License-Identifier: Apache-2.0 */
/* Which signaling endpoint is to be used. */

import { useState } from "preact/hooks";
import { now, signaling } from "../../data/store";
import * as words from "../../text/endpoint_form";
import { dotted } from "../../text/format";
import { DeedForm } from "../controls/DeedForm";
import { endpointLine } from "./select";

export function EndpointForm({ place }: { place: string }) {
  const endpoints = signaling.value?.endpoints ?? [];
  const others = endpoints.filter(({ state }) => state !== "in-use");
  const [url, setUrl] = useState<string | null>(others[0]?.url ?? null);
  const choice = (value: string | null, name: string, detail: string) => (
    <label key={value}>
      <input type="radio" name="endpoint" checked={value === url} onChange={() => setUrl(value)} />
      {name}
      {detail !== "" && <span class="quiet"> · {detail}</span>}
    </label>
  );
  return (
    <DeedForm
      title={words.title}
      what={{ action: "signaling.use", target: { endpoint: url } }}
      place={place}
      deed={words.deed}
    >
      <fieldset class="ask-whom">
        <legend>{words.which}</legend>
        {endpoints.map((endpoint) => {
          const line = endpointLine(endpoint, now.value);
          return choice(endpoint.url, endpoint.url, dotted([line.words, line.figure]));
        })}
        {choice(null, words.best, "")}
        <p class="ask-note">{words.note}</p>
      </fieldset>
    </DeedForm>
  );
}
