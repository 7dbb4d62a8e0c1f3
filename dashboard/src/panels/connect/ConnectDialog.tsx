/* SPDX-License-Identifier: Apache-2.0 */
import { useModal } from "../../parts/modal";
import { cancel } from "../../text/ask";
import * as words from "../../text/connect";
import { closeForm } from "../controls/deeds";
import { ConnectForm } from "./ConnectForm";
import "../controls/ask.css";

export function ConnectDialog() {
  const modal = useModal(closeForm);
  return (
    <dialog
      {...modal}
      class="ask"
      aria-labelledby="connect-title"
    >
      <div class="ask-sheet">
        <h2 id="connect-title">{words.title}</h2>
        <ConnectForm id="connect-by-hand" onDone={closeForm} />
        <footer>
          <button type="button" class="button" onClick={closeForm}>
            {cancel}
          </button>
        </footer>
      </div>
    </dialog>
  );
}
