/* SPDX-License-Identifier: Apache-2.0 */
/* The name of a file, and the way to it in the list of files. */

import { showFileOf } from "../../text/content";
import { showFile } from "./shown";

export function FileLink({ id, name }: { id: string; name: string }) {
  return (
    <button type="button" class="link-button" aria-label={showFileOf(name)} onClick={() => showFile(id)}>
      <bdi>{name}</bdi>
    </button>
  );
}
