/* SPDX-License-Identifier: Apache-2.0 */
/* The address as the page reads it: `#/`, `#/node` and `#/content`, drawers behind a `?`. */

export type Page = "networking" | "node" | "content";
const drawers = ["events", "keys", "mesh", "op", "why"] as const;
export type Drawer = (typeof drawers)[number];

export interface Route {
  readonly page: Page;
  readonly drawer: Drawer | null;
  /** Whom or what the drawer is about: `?why=ID`. */
  readonly of: string | null;
}

export function parseRoute(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#/, "").split("?", 2);
  const names = new URLSearchParams(query);
  const drawer = drawers.find((name) => names.has(name)) ?? null;
  const of = drawer === null ? null : names.get(drawer) || null;
  const page = path === "/" ? "networking" : path === "/content" ? "content" : "node";
  return { page, drawer, of };
}

export function hashOf({ page, drawer, of }: Route): string {
  const path = `#/${page === "networking" ? "" : page}`;
  if (drawer === null) return path;
  return `${path}?${drawer}${of === null ? "" : `=${encodeURIComponent(of)}`}`;
}

/** The login code of a link that the daemon printed, or null. */
export function tokenOf(hash: string): string | null {
  const token = new URLSearchParams(hash.replace(/^#/, "")).get("token");
  return token === null || token === "" ? null : token;
}

/** The page that such a link asks for beside its code. */
export function pageOfLink(hash: string): Page {
  return new URLSearchParams(hash.replace(/^#/, "")).get("panel") === "networking" ? "networking" : "node";
}

/** What somebody pasted: the token itself, or the whole link with it. */
export function tokenIn(pasted: string): string | null {
  const trimmed = pasted.trim();
  const hash = trimmed.indexOf("#");
  if (hash >= 0) return tokenOf(trimmed.slice(hash));
  return trimmed === "" || /\s/.test(trimmed) ? null : trimmed;
}
