/* SPDX-License-Identifier: Apache-2.0 */
/* The short page: is it on, how strong, how much, who; the rest is on the Node Dashboard. */

import { node } from "../../data/store";
import { CopyButton } from "../../parts/controls";
import { Icon } from "../../parts/icon";
import { Awaited } from "../../parts/panel";
import { copyWord } from "../../text/common";
import { shortId } from "../../text/format";
import * as words from "../../text/networking";
import { Figures, Strength } from "./Figures";
import { Head } from "./Head";
import { Newest } from "./Newest";
import "./networking.css";

export function Networking() {
  const present = node.value;
  if (present === null) {
    return (
      <>
        <Head />
        <section class="panel">
          <Awaited lines={3} />
        </section>
      </>
    );
  }
  return (
    <>
      <Head />
      <Strength />
      <Figures />
      <Newest />
      <div class="net-foot">
        <p>
          {words.thisNode} <code>{present.nodeId}</code>
          <CopyButton
            text={() => present.nodeId}
            label={`${copyWord} ${shortId(present.nodeId)}`}
          />
        </p>
        <a class="button deed" href="#/node">
          {words.toDashboard}
          <Icon name="chevron" />
        </a>
      </div>
    </>
  );
}
