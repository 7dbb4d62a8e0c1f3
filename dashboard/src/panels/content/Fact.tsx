/* SPDX-License-Identifier: Apache-2.0 */
/* A name and what it is, in a list of such. */

import type { ComponentChildren } from "preact";
import { CopyButton } from "../../parts/controls";
import { shortId } from "../../text/format";

export function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

export function IdFact({ name, id, label, note }: { name: string; id: string; label: string; note?: string }) {
  return (
    <Fact name={name}>
      <span class="id-fact">
        <code>{id}</code>
        <CopyButton text={() => id} label={label} />
      </span>
      {note}
    </Fact>
  );
}

/** Where there is no room for the whole of it: copying gives that. */
export function ShortIdFact({ name, id, label }: { name: string; id: string; label: string }) {
  return (
    <Fact name={name}>
      <span class="id-fact">
        <code title={id}>{shortId(id)}</code>
        <CopyButton text={() => id} label={label} />
      </span>
    </Fact>
  );
}
