/* SPDX-License-Identifier: Apache-2.0 */
/* Who is kept out. The list itself comes with the late script, when there is one. */

import { useState } from "preact/hooks";
import { blocks, node } from "../../data/store";
import { Refused } from "../../parts/deed";
import { Late } from "../../parts/late";
import { Awaited, Panel } from "../../parts/panel";
import * as words from "../../text/blocks";
import { askBlock } from "../controls/deeds";

export const blocksPlace = "blocks";

export function Blocks() {
  const present = blocks.value;
  const [imports, setImports] = useState(false);
  if (present === null && node.value !== null) return null;
  return (
    <Panel
      id="blocks"
      title={words.title}
      note={present === null || present.length === 0 ? undefined : words.count(present.length)}
      stamp={
        <button type="button" class="button" onClick={() => askBlock(null)}>
          {words.add}
        </button>
      }
    >
      <Refused place={blocksPlace} />
      {present === null && <Awaited lines={1} />}
      {present?.length === 0 && (
        <p class="panel-body quiet">
          {words.empty}{" "}
          <button type="button" class="link-button" onClick={() => askBlock(null)}>
            {words.emptyLink}
          </button>
          . {words.staysHere}{" "}
          {!imports && (
            <button type="button" class="link-button" onClick={() => setImports(true)}>
              {words.importFile}
            </button>
          )}
        </p>
      )}
      {present !== null && (
        <Late
          wanted={present.length > 0 || imports}
          draw={({ BlockList }) => <BlockList imports={imports} />}
        />
      )}
    </Panel>
  );
}
