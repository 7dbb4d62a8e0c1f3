/* SPDX-License-Identifier: Apache-2.0 */
/* Why one of the page's lists is not there, or is of earlier; of the page as a whole, the banner says it. */

import { freshness } from "../../data/store";
import type { ShelfList } from "../../data/shelf_list";
import { Icon } from "../../parts/icon";
import { capital, clock } from "../../text/format";

export function ListTrouble<Row>({ list, lastKnown }: { list: ShelfList<Row>; lastKnown: (clock: string) => string }) {
  const trouble = list.trouble.value;
  const known = list.listed.value;
  if (trouble === null || freshness.value !== "live") return null;
  return (
    <p class="deed-refused list-trouble" role="alert">
      <Icon name="error" class="bad" />
      <span>
        <b>{trouble.title}.</b> {capital(trouble.detail)} {known !== null && lastKnown(clock(known.asOf))}
      </span>
    </p>
  );
}
