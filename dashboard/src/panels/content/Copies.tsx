/* SPDX-License-Identifier: Apache-2.0 */
/* How many nodes hold a file, of how many should: a shape, a figure and a word. */

import type { Redundancy, RedundancyState, StoredFile } from "../../data/stored_file";
import { Icon, type IconName } from "../../parts/icon";
import { unknown } from "../../text/format";
import * as words from "../../text/copies";
import { Fact } from "./Fact";

const icons: Record<RedundancyState, IconName> = { ok: "check", under: "alert", over: "notice", unknown: "more" };
const tones: Partial<Record<RedundancyState, string>> = { ok: "ok", under: "warn" };

export function Copies({ redundancy }: { redundancy: Redundancy | null }) {
  if (redundancy === null) return <>{unknown}</>;
  const { state } = redundancy;
  return (
    <span class="copies">
      <Icon name={icons[state]} class={tones[state] ?? ""} />
      <span>
        <span class="copies-seen">{words.seenOf(redundancy)}</span>{" "}
        <span class={state === "under" ? "warn-words" : "second"}>{words.meaningOf(redundancy)}</span>
      </span>
    </span>
  );
}

/** The same in the opened row, figure by figure. */
export function CopiesFacts({ file }: { file: StoredFile }) {
  const { redundancy, target } = file;
  if (redundancy === null)
    return (
      <>
        <Fact name={words.targetName}>{words.nodesOf(target)}</Fact>
        <Fact name={words.seenName}>
          {unknown} {words.notTold}
        </Fact>
      </>
    );
  return (
    <>
      <Fact name={words.targetName}>{words.nodesOf(redundancy.target)}</Fact>
      <Fact name={words.seenName}>{words.seenMeans(file)}</Fact>
      <Fact name={words.verifiedName}>{words.verifiedMeans(redundancy.verified)}</Fact>
      <Fact name={words.domainsName}>{words.domainsOf(redundancy.domains)}</Fact>
      <Fact name={words.comingName}>{words.nodesOf(redundancy.coming)}</Fact>
    </>
  );
}
