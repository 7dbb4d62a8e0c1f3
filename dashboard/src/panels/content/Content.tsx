/* SPDX-License-Identifier: Apache-2.0 */
/* The Content page: what this node holds of files and how they come here, posts, what waits to leave, where it all
 * lies, and what did not verify. */

import { useEffect, useState } from "preact/hooks";
import { shelf, shelfTrouble, watchContent } from "../../data/content";
import { isOff } from "../../data/network";
import { outbox } from "../../data/outbox";
import { posts } from "../../data/posts";
import { quarantine } from "../../data/quarantine";
import { watchLists } from "../../data/shelf_list";
import { content, freshness, past } from "../../data/store";
import { Icon } from "../../parts/icon";
import { clock } from "../../text/format";
import * as words from "../../text/content";
import { Outbox } from "../outbox/Outbox";
import { Posts } from "../posts/Posts";
import { Quarantine } from "../quarantine/Quarantine";
import { Storage } from "../storage/Storage";
import { FetchById } from "./FetchById";
import { Files } from "./Files";
import { Places } from "./Places";
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
  if (!isOff.value) return null;
  return (
    <div class="banner">
      <Icon name="power" />
      <p>{words.networkOff}</p>
    </div>
  );
}

/* What is in the page beside the files, each only of a node that has it. */
const watched = [posts, outbox, quarantine];

/** When the stream counts otherwise, the lists are looked at without waiting. */
function useCounts(): void {
  const panel = content.value;
  const counts = JSON.stringify(["posts", "outbox", "quarantine"].map((part) => panel?.[part]));
  useEffect(() => {
    for (const { lookAgain } of watched) void lookAgain();
  }, [counts]);
}

function Present() {
  const [brought, setBrought] = useState<Brought | null>(null);
  useEffect(watchContent, []);
  useEffect(() => watchLists(watched), []);
  useCounts();
  const isOver = useDrop(setBrought);
  return (
    <>
      <Trouble />
      <NetworkOff />
      <Totals />
      <Places />
      <div class="content-ways">
        <Publish onChoose={setBrought} />
        <FetchById />
      </div>
      <Files />
      <div class="content-halves">
        <Posts />
        <div class="content-side">
          <Outbox />
          <Storage />
          <Quarantine />
        </div>
      </div>
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
