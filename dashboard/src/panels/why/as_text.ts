/* SPDX-License-Identifier: Apache-2.0 */
/* The whole answer as text. Pure. */

import { dotted } from "../../text/format";
import * as words from "../../text/why";
import type { Why } from "./select";

/** For a colleague; `clockOf` writes a time. */
export function whyText(why: Why, nodeId: string, clockOf: (at: number) => string): string {
  const evidence = why.evidence.map(
    ({ at, text, code }) =>
      `  ${at === null ? words.nowWord : clockOf(at)}  ${text}${code === "" ? "" : ` (${code})`}`,
  );
  return [
    `${why.question} ${nodeId}`,
    dotted([why.answer, why.more]),
    `${words.evidenceTitle}:`,
    ...evidence,
    `${words.notTitle}:`,
    ...why.not.map(({ excluded, text }) => `  ${excluded ? "no" : "?"}  ${text}`),
    "",
  ].join("\n");
}
