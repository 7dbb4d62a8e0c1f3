/* SPDX-License-Identifier: Apache-2.0 */
/* Content in four lines, on the Node Dashboard. */

import type { RedundancyCounts } from "../data/content_panel";
import { bytesText, count, dotted, unknown } from "./format";

export const open = "Open";
export const copies = ({ ok, under, over, unknown: none }: RedundancyCounts): string =>
  under === null
    ? `Copies: ${unknown}`
    : dotted([
        `${count(under)} under their target`,
        `${count(ok)} at it`,
        over ? `${count(over)} over it` : "",
        none ? `${count(none)} not known` : "",
      ]);
export const signed = (shut: number | null): string =>
  shut === null
    ? `Did not verify: ${unknown}`
    : shut > 0
      ? `${count(shut)} did not verify, in quarantine`
      : "All signed and verified";
export const waiting = (many: number): string => `${count(many)} waiting to be sent`;
export const room = (used: number | null, max: number | null): string =>
  `${bytesText(used)} used${max === null ? "" : ` of ${bytesText(max)}`}`;
