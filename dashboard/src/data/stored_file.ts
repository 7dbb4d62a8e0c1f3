/* SPDX-License-Identifier: Apache-2.0 */
/* One file as the node tells of it: held, on its way, or known and not here. */

import { type Fields, figure, fieldsOf, oneOf, text, time } from "./fields";

export type Readers = "public" | "community" | "users";
const readers = ["public", "community", "users"] as const;
const states = ["fetching", "held", "known"] as const;
const stages = ["manifest", "lists", "chunks", "whole"] as const;
export type Stage = (typeof stages)[number];

/* Why it is here: published here, wanted here by hand, carried for the swarm; on its way; not here. */
const roles = ["published", "pinned", "replica", "wanted", "known"] as const;
export type Role = (typeof roles)[number];

const redundancyStates = ["ok", "under", "over"] as const;
export type RedundancyState = (typeof redundancyStates)[number] | "unknown";

/** How many nodes hold a file whole. Null: not known. */
export interface Redundancy {
  readonly target: number | null;
  /** Nodes that say they hold it and are there, this one among them. */
  readonly seen: number | null;
  /** Of those, the others that answered right when asked for a part of it at random. */
  readonly verified: number | null;
  /** Networks that those who hold it are in: one may fail as a whole. */
  readonly domains: number | null;
  /** Nodes that have said they take it, and do not hold it yet. */
  readonly coming: number | null;
  readonly state: RedundancyState;
}

export interface StoredFile {
  readonly id: string;
  readonly state: "fetching" | "held" | "known";
  readonly name: string | null;
  readonly mime: string | null;
  readonly size: number | null;
  readonly author: string | null;
  readonly isOurs: boolean;
  readonly at: number | null;
  readonly readers: Readers | null;
  readonly target: number | null;
  readonly chunks: number | null;
  readonly chunksHere: number | null;
  readonly stage: Stage | null;
  /** Linked peers that say they hold it, or are asked for parts of it. */
  readonly sources: number | null;
  readonly trouble: string | null;
  /** Null from a node that does not tell. */
  readonly role: Role | null;
  readonly redundancy: Redundancy | null;
}

function readRedundancy(from: Fields): Redundancy {
  return {
    target: figure(from, "target"),
    seen: figure(from, "seen"),
    verified: figure(from, "verified"),
    domains: figure(from, "domains"),
    coming: figure(from, "coming"),
    state: oneOf(from, "state", redundancyStates, "unknown"),
  };
}

export function readFile(from: Fields): StoredFile | null {
  const id = text(from, "id");
  if (id === null) return null;
  const redundancy = fieldsOf(from["redundancy"]);
  return {
    id,
    state: oneOf(from, "state", states, "fetching"),
    name: text(from, "name"),
    mime: text(from, "mime") || null,
    size: figure(from, "size"),
    author: text(from, "author"),
    isOurs: from["isOurs"] === true,
    at: time(from, "at"),
    readers: oneOf(from, "readers", readers, null),
    target: figure(from, "target"),
    chunks: figure(from, "chunks"),
    chunksHere: figure(from, "chunksHere"),
    stage: oneOf(from, "stage", stages, null),
    sources: figure(from, "sources"),
    trouble: text(from, "trouble"),
    role: oneOf(from, "role", roles, null),
    redundancy: redundancy === null ? null : readRedundancy(redundancy),
  };
}
