/* SPDX-License-Identifier: Apache-2.0 */
/* Words that strangers wrote. Preact never takes them for HTML; characters that nobody sees, or that turn the order
 * of others around ("exe.gnp" read backwards is a picture), are written out. */

const written = (found: string): string =>
  `[U+${(found.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}]`;

/* Controls; what joins or hides (zero width, soft hyphen, BOM); marks, embeddings, overrides and isolates of direction;
 * separators that break a line; tags. */
const inName =
  /[\u0000-\u001F\u007F-\u009F\u00AD\u061C\u180E\u200B\u200E\u200F\u2028-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB]|[\u{E0000}-\u{E007F}]/gu;
/* In a text there are lines, and marks of direction belong to languages that need them; what turns all that follows is
 * bound to its own paragraph by the page. */
const inText = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\u202D\u202E]|[\u{E0000}-\u{E007F}]/gu;

/** A name, on one line. */
export const visible = (name: string): string => name.replace(inName, written);
export const visibleText = (text: string): string => text.replace(/\r\n?/g, "\n").replace(inText, written);
