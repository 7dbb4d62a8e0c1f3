/* SPDX-License-Identifier: Apache-2.0 */
/* What peers sent that did not verify, set apart as evidence. Part of what comes on demand. */

import { call, refusalOf, removal } from "./call";
import { type Fields, figure, text, time } from "./fields";
import type { Refusal } from "./operations";
import { shelfList } from "./shelf_list";

export interface Shut {
  readonly number: number;
  /** Hashes: of what was asked for, and of what came. */
  readonly wanted: string | null;
  readonly actual: string | null;
  /** Where the first byte differs from what should be there; null: not known. */
  readonly firstDifference: number | null;
  readonly sender: string | null;
  readonly signer: string | null;
  readonly expectedKey: string | null;
  readonly cause: string | null;
  readonly at: number | null;
  readonly size: number | null;
}

export function readShut(from: Fields): Shut | null {
  const number = figure(from, "number");
  if (number === null) return null;
  return {
    number,
    wanted: text(from, "wanted"),
    actual: text(from, "actual"),
    firstDifference: figure(from, "firstDifference"),
    sender: text(from, "sender"),
    signer: text(from, "signer"),
    expectedKey: text(from, "expectedKey"),
    cause: text(from, "cause"),
    at: time(from, "at"),
    size: figure(from, "size"),
  };
}

export const quarantine = shelfList("quarantine", readShut, ({ number }) => number);

/** Null: it is gone. */
export async function removeShut(number: number): Promise<Refusal | null> {
  const { ok, told } = await call(`quarantine/${number}`, removal);
  if (!ok) return refusalOf(told);
  await quarantine.look();
  return null;
}
