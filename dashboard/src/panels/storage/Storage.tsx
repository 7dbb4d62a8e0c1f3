/* SPDX-License-Identifier: Apache-2.0 */
/* How much room content takes, of how much, and whether what lies there is still what was stored. */

import { contentFigure, contentTime } from "../../data/content_panel";
import { fieldsOf } from "../../data/fields";
import { content, now } from "../../data/store";
import { Bar } from "../../parts/bar";
import { Panel, StaleStamp } from "../../parts/panel";
import { ago, bytesText, dotted } from "../../text/format";
import * as words from "../../text/storage";
import { Fact } from "../content/Fact";
import { isTight, shareUsed } from "../content/room";
import "./storage.css";

function Room() {
  const figure = (name: string) => contentFigure(content.value, "storage", name);
  const [used, max] = [figure("usedBytes"), figure("maxBytes")];
  const share = shareUsed(used, max);
  const told = max === null || max === 0 ? words.noBudget(used) : words.ofBudget(used, max, share);
  const tight = isTight(share);
  return (
    <>
      <p class={tight ? "warn-words" : ""}>{told}</p>
      {share !== null && <Bar label={words.barLabel} share={share} words={told} isMeter />}
      {tight && <p class="second">{words.tight}</p>}
    </>
  );
}

function scrubText(): string {
  const panel = content.value;
  const scrub = fieldsOf(panel?.["scrub"]);
  if (scrub === null) return words.scrubUnknown;
  const figure = (name: string) => contentFigure(panel, "scrub", name);
  const endedAt = contentTime(panel, "scrub", "endedAt");
  const [bytes, passes, most] = [figure("bytes"), figure("passes"), figure("bytesPerSecond")];
  const isRunning = scrub["running"] === true;
  if (!isRunning && most === 0) return words.scrubOff;
  if (!isRunning && endedAt === null) return words.scrubNever;
  const state = isRunning
    ? words.scrubRuns(bytes, most)
    : words.scrubEnded(ago(endedAt, now.value), bytes);
  return dotted([state, words.scrubFaults(figure("faults")), words.passesOf(passes)]);
}

export function Storage() {
  const panel = content.value;
  if (fieldsOf(panel?.["storage"]) === null) return null;
  const figure = (name: string) => contentFigure(panel, "storage", name);
  return (
    <Panel id="storage" title={words.title}>
      <div class="panel-body storage">
        <Room />
        <dl>
          <Fact name={words.freeName}>{bytesText(figure("freeBytes"))}</Fact>
          <Fact name={words.filesName}>{words.filesOf(figure("files"))}</Fact>
          <Fact name={words.replicasName}>{words.replicasOf(figure("replicas"))}</Fact>
          <Fact name={words.objectsName}>{words.objectsOf(figure("objects"))}</Fact>
          <Fact name={words.scrubName}>{scrubText()}</Fact>
        </dl>
        <StaleStamp />
      </div>
    </Panel>
  );
}
