/* SPDX-License-Identifier: Apache-2.0 */
/* The live mark: is this page true right now? */

import type { Freshness } from "../../data/store";
import type { IconName } from "../../parts/icon";
import { assert_never } from "../../data/model";
import * as words from "../../text/header";

export interface LiveMark {
  readonly icon: IconName;
  readonly tone: "ok" | "bad" | "quiet";
  readonly word: string;
  readonly age: string;
}

export function liveMark(fresh: Freshness, silentMs: number | null): LiveMark {
  switch (fresh) {
    case "waiting":
      return { icon: "clock", tone: "quiet", word: words.connecting, age: "" };
    case "live":
      return { icon: "pulse", tone: "ok", word: words.live, age: words.heardAgo(silentMs ?? 0) };
    case "stale":
      return { icon: "error", tone: "bad", word: words.noAnswerFor(silentMs ?? 0), age: "" };
    case "offline":
      return { icon: "error", tone: "bad", word: words.noAnswer, age: "" };
    case "refused":
      return { icon: "key", tone: "quiet", word: words.signedOut, age: "" };
    default:
      return assert_never(fresh);
  }
}
