/* SPDX-License-Identifier: Apache-2.0 */
/* Under one of the page's lists: asks for its next page, for as long as there is one. */

import type { ShelfList } from "../../data/shelf_list";

export function ListMore<Row>({ list, deed }: { list: ShelfList<Row>; deed: string }) {
  if (list.listed.value?.hasMore !== true) return null;
  return (
    <p class="list-foot">
      <button type="button" class="link-button" onClick={() => void list.showMore()}>
        {deed}
      </button>
    </p>
  );
}
