/* SPDX-License-Identifier: Apache-2.0 */
/* A part of the page that is fetched when it is first needed. */

import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";

/** `before` stands in its place until it has come. */
export function fetched<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
  before: ComponentType<Props>,
): ComponentType<Props> {
  let come: ComponentType<Props> | null = null;
  return function Fetched(props: Props) {
    const [, setCome] = useState(come !== null);
    useEffect(() => {
      if (come !== null) return;
      void load().then((part) => {
        come = part;
        setCome(true);
      });
    }, []);
    const Part = come ?? before;
    return <Part {...props} />;
  };
}
