/* SPDX-License-Identifier: Apache-2.0 */
import { setSingleKeys, singleKeys } from "../../data/keys";
import { Drawer } from "../../parts/drawer";
import { keysTitle } from "../../text/footer";
import * as words from "../../text/keys";
import "./keys.css";

export function KeysDrawer() {
  return (
    <Drawer id="keys" title={keysTitle}>
      <dl class="keys">
        {words.list.map(([key, meaning]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <label class="keys-switch">
        <input
          type="checkbox"
          checked={singleKeys.value}
          onChange={(event) => setSingleKeys(event.currentTarget.checked)}
        />
        <span>
          {words.singleLetters} <span class="second">{words.switchHint}</span>
        </span>
      </label>
    </Drawer>
  );
}
