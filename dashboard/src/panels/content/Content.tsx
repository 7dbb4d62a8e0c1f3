/* SPDX-License-Identifier: Apache-2.0 */
/* The Content page: what this node holds of files, and the two ways one comes here. */

import { useEffect, useState } from "preact/hooks";
import { shelf, shelfTrouble, watchContent } from "../../data/content";
import { controls, freshness, past } from "../../data/store";
import { Icon } from "../../parts/icon";
import { clock } from "../../text/format";
import * as words from "../../text/content";
import { FetchById } from "./FetchById";
import { Files } from "./Files";
import { Publish } from "./Publish";
import { PublishForm } from "./PublishForm";
import { Totals } from "./Totals";
import { DropHint, type Brought, useDrop } from "./drop";
import "./content.css";

/** Of the files alone: of the page as a whole, the banner says it. */
function Trouble() {
  const trouble = shelfTrouble.value;
  const known = shelf.value;
  if (trouble === null || freshness.value !== "live") return null;
  return (
    <div class="banner banner-bad" role="alert">
      <Icon name="error" class="bad" />
      <div>
        <p class="banner-title">{trouble.title}</p>
        <p>
          {trouble.detail} {known !== null && words.lastKnown(clock(known.asOf))}
        </p>
      </div>
    </div>
  );
}

function NetworkOff() {
  const network = controls.value?.find(({ name }) => name === "network");
  if (network?.on !== false) return null;
  return (
    <div class="banner">
      <Icon name="power" />
      <p>{words.networkOff}</p>
    </div>
  );
}

function Present() {
  const [brought, setBrought] = useState<Brought | null>(null);
  useEffect(watchContent, []);
  const isOver = useDrop(setBrought);
  return (
    <>
      <Trouble />
      <NetworkOff />
      <Totals />
      <div class="content-ways">
        <Publish onChoose={setBrought} />
        <FetchById />
      </div>
      <Files />
      {isOver && <DropHint />}
      {brought !== null && <PublishForm brought={brought} onClose={() => setBrought(null)} />}
    </>
  );
}

/** Nothing is kept of what was held earlier: looking back, there is nothing to show. */
export function Content() {
  if (past.value === null) return <Present />;
  return <p class="panel panel-body">{words.notKept}</p>;
}
