/* SPDX-License-Identifier: Apache-2.0 */
/* Everything the caretaker did that the node still tells of, newest first. */

import { useEffect } from "preact/hooks";
import { now, operations } from "../../data/store";
import { drawerOf } from "../../data/view";
import { Drawer } from "../../parts/drawer";
import * as words from "../../text/operations";
import { listNote, nothingYet } from "../../text/operations_drawer";
import { OperationLine } from "./Operations";
import { todays } from "./select";

export function OperationsDrawer() {
  const all = operations.value ?? [];
  const of = drawerOf.value;
  useEffect(() => {
    if (of !== null) document.getElementById(`all-${of}`)?.scrollIntoView({ block: "center" });
  }, [of]);
  return (
    <Drawer
      id="op"
      title={words.allOperations}
      note={listNote(all.length)}
      foot={<span>{words.today(todays(all, now.value))}</span>}
    >
      {all.length === 0 && <p class="panel-body">{nothingYet}</p>}
      <ol>
        {all.map((operation) => (
          <OperationLine
            key={operation.id}
            operation={operation}
            id={`all-${operation.id}`}
            isMarked={operation.id === of}
          />
        ))}
      </ol>
    </Drawer>
  );
}
