/* SPDX-License-Identifier: Apache-2.0 */
/* What is on this page, with how much there is of it, and the way there: the list of files is long. */

import { shelf } from "../../data/content";
import { contentFigure } from "../../data/content_panel";
import { fieldsOf } from "../../data/fields";
import { outbox } from "../../data/outbox";
import { isStanding, posts } from "../../data/posts";
import { quarantine } from "../../data/quarantine";
import type { ShelfList } from "../../data/shelf_list";
import { content } from "../../data/store";
import * as words from "../../text/content";
import { count } from "../../text/format";
import { title as outboxTitle } from "../../text/outbox";
import { title as postsTitle } from "../../text/posts";
import { title as quarantineTitle } from "../../text/quarantine";
import { title as storageTitle } from "../../text/storage";
import { goTo } from "./shown";

function To({ id, name, many }: { id: string; name: string; many: string }) {
  return (
    <li>
      <button type="button" class="link-button" onClick={() => goTo(id)}>
        {name}
      </button>{" "}
      <span class="second">{many}</span>
    </li>
  );
}

/** What is listed, or, of a list that is not here whole, what the node counts. */
function sumOf<Row>({ listed: { value } }: ShelfList<Row>, told: number | null, counts = (_: Row) => true): string {
  if (told !== null && value?.hasMore !== false) return count(told);
  return value === null ? "" : `${count(value.rows.filter(counts).length)}${value.hasMore ? "+" : ""}`;
}

export function Places() {
  const panel = content.value;
  const many = (part: string, name: string) => contentFigure(panel, part, name);
  const files = shelf.value?.files.length ?? null;
  return (
    <nav class="content-places" aria-label={words.placesLabel}>
      <ul>
        <To id="files" name={words.listTitle} many={files === null ? "" : count(files)} />
        {!posts.isAbsent.value && <To id="posts" name={postsTitle} many={sumOf(posts, many("posts", "count"), isStanding)} />}
        {!outbox.isAbsent.value && <To id="outbox" name={outboxTitle} many={sumOf(outbox, null)} />}
        {fieldsOf(panel?.["storage"]) !== null && <To id="storage" name={storageTitle} many="" />}
        {!quarantine.isAbsent.value && (
          <To id="quarantine" name={quarantineTitle} many={sumOf(quarantine, many("quarantine", "count"))} />
        )}
      </ul>
    </nav>
  );
}
