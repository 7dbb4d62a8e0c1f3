/* SPDX-License-Identifier: Apache-2.0 */
import type { ComponentChildren } from "preact";
import { node, now } from "../../data/store";
import { drawerHash } from "../../data/view";
import { pageNames } from "../../text/common";
import { shortSpan } from "../../text/format";
import * as words from "../../text/footer";
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
      <p>
        <a href="#/content">{pageNames.content}</a> · <a href={drawerHash("keys")}>{words.keysTitle}</a>
      </p>
    </footer>
  );
}
