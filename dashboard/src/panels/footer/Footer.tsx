/* SPDX-License-Identifier: Apache-2.0 */
import type { ComponentChildren } from "preact";
import { setSingleKeys, singleKeys } from "../../data/keys";
import { node, now } from "../../data/store";
import { drawerHash } from "../../data/view";
import { Drawer } from "../../parts/drawer";
import { shortSpan } from "../../text/format";
import * as words from "../../text/keys";
import "./footer.css";

/** What this node is, in one line. */
export function Footer() {
  const present = node.value;
  const facts: ComponentChildren[] = [];
  if (present !== null) {
    if (present.agent !== null) facts.push(present.agent);
    if (present.community !== null) facts.push(words.community(present.community));
    if (present.roles.length > 0) facts.push(words.roles(present.roles.join(", ")));
    if (present.listen !== null) facts.push(words.linksOn(present.listen));
    if (present.startedAt !== null)
      facts.push(words.running(shortSpan(now.value - present.startedAt)));
  }
  return (
    <footer class="foot" aria-label={words.footerLabel}>
      <p>{facts.join(" · ")}</p>
      <a href={drawerHash("keys")}>{words.link}</a>
    </footer>
  );
}

export function KeysDrawer() {
  return (
    <Drawer id="keys" title={words.title}>
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
