/* SPDX-License-Identifier: Apache-2.0 */
/* Which page and which drawer; nothing else. */

import { useEffect } from "preact/hooks";
import { assert_never } from "./data/model";
import { acts, events, freshness, isCrowd, node, past } from "./data/store";
import { drawer, page, width } from "./data/view";
import { followPast } from "./data/follow_past";
import type { LatePart } from "./data/late";
import { Banner, BannerVoice } from "./panels/banner/Banner";
import { closeForm, form, type Form } from "./panels/controls/deeds";
import { Blocks } from "./panels/blocks/Blocks";
import { ContentTile } from "./panels/content_tile/ContentTile";
import { Controls } from "./panels/controls/Controls";
import { Diagnostics } from "./panels/diagnostics/Diagnostics";
import { BottomBar } from "./panels/footer/BottomBar";
import { Footer } from "./panels/footer/Footer";
import { LinksUnkept } from "./panels/history/LinksUnkept";
import { Header } from "./panels/header/Header";
import { Mesh } from "./panels/mesh/Mesh";
import { Operations } from "./panels/operations/Operations";
import { closeMenu, peerMenu } from "./panels/peers/menu";
import { Peers } from "./panels/peers/Peers";
import { Waiting } from "./panels/pending/Waiting";
import { Reachability } from "./panels/reachability/Reachability";
import { Rendezvous } from "./panels/rendezvous/Rendezvous";
import { Signaling } from "./panels/signaling/Signaling";
import { Stats } from "./panels/stats/Stats";
import { Verdict } from "./panels/verdict/Verdict";
import { inPanel, Late, LateDrawer } from "./parts/late";
import { brand, pageNames, skipLink } from "./text/common";
import { title as eventsTitle } from "./text/events";
import { keysTitle } from "./text/footer";
import { title as meshTitle } from "./text/mesh";
import { allOperations, deedOf } from "./text/operations";
import { menuTitle, why } from "./text/peers";

function NodeDashboard() {
  const unkept = past.value !== null && past.value.links === null;
  // Events from before the page was opened are not on it: none is not "nothing happened".
  const silent = past.value !== null && events.value.length === 0;
  return (
    <>
      <Verdict />
      <Operations />
      <Stats />
      {unkept ? <LinksUnkept /> : <Peers />}
      {!unkept && <Mesh />}
      <div class="find">
        <Signaling />
        <Rendezvous />
        <Reachability />
      </div>
      <Controls />
      <div class="decide">
        <Waiting />
        <Blocks />
      </div>
      <div class="told">
        <ContentTile />
        {!silent && <Diagnostics />}
      </div>
    </>
  );
}

function Page() {
  switch (page.value) {
    case "networking":
      return <Late draw={(late) => <late.Networking />} frame={inPanel} />;
    case "node":
      return <NodeDashboard />;
    case "content":
      return <Late draw={(late) => <late.Content />} frame={inPanel} />;
    default:
      return assert_never(page.value);
  }
}

function OpenDrawer() {
  const which = drawer.value;
  if (which === null || freshness.value === "refused") return null;
  switch (which) {
    case "events":
      return <LateDrawer title={eventsTitle} draw={({ EventsDrawer }) => <EventsDrawer />} />;
    case "keys":
      return <LateDrawer title={keysTitle} draw={({ KeysDrawer }) => <KeysDrawer />} />;
    case "mesh":
      return <LateDrawer title={meshTitle} draw={({ MeshLarge }) => <MeshLarge />} />;
    case "op":
      return <LateDrawer title={allOperations} draw={(late) => <late.OperationsDrawer />} />;
    case "why":
      return <LateDrawer title={why} draw={({ WhyDrawer }) => <WhyDrawer />} />;
    default:
      return assert_never(which);
  }
}

function drawForm(open: Form, late: LatePart) {
  switch (open.kind) {
    case "action":
      return <late.AskForm key={open.action} {...open} />;
    case "block":
      return <late.BlockForm subject={open.subject} />;
    case "connect":
      return <late.ConnectDialog />;
    case "endpoint":
      return <late.EndpointForm place={open.place} />;
    default:
      return assert_never(open);
  }
}

const deedOfForm = { block: "block.add", connect: "link.connect", endpoint: "signaling.use" } as const;

/** The form that comes before a deed. */
function OpenForm() {
  const open = form.value;
  if (open === null) return null;
  const title = deedOf(open.kind === "action" ? open.action : deedOfForm[open.kind]).deed;
  return <LateDrawer title={title} draw={(late) => drawForm(open, late)} onClose={closeForm} />;
}

function OpenMenu() {
  if (peerMenu.value === null) return null;
  return <LateDrawer title={menuTitle} draw={({ PeerMenu }) => <PeerMenu />} onClose={closeMenu} />;
}

function skip(event: Event): void {
  event.preventDefault();
  document.getElementById("content")?.focus();
}

export function App() {
  const fresh = freshness.value;
  const refused = fresh === "refused";
  const layout = past.value !== null ? "page-past" : node.value === null || acts.value ? "page-acts" : "";
  useEffect(() => {
    document.documentElement.dataset["fresh"] = fresh;
  }, [fresh]);
  const isKnown = node.value !== null;
  useEffect(() => {
    if (isKnown) followPast();
  }, [isKnown]);
  useEffect(() => {
    document.title = `${pageNames[page.value]} · ${brand}`;
  }, [page.value]);
  return (
    <>
      <a class="skip" href="#content" onClick={skip}>
        {skipLink}
      </a>
      <Header />
      <BannerVoice />
      <main id="content" tabIndex={-1}>
        {!refused && <Banner />}
        {!refused && past.value !== null && (
          <Late draw={(late) => <late.PastBanner />} frame={inPanel} />
        )}
        {refused ? (
          <Late draw={(late) => <late.Refused />} frame={inPanel} />
        ) : (
          <div class={`page page-${page.value} ${layout} ${isCrowd.value ? "page-crowd" : ""}`}>
            <Page />
          </div>
        )}
        {!refused && <OpenMenu />}
      </main>
      {!refused && <Footer />}
      {!refused && width.value === "phone" && page.value === "node" && <BottomBar />}
      {!refused && <OpenDrawer />}
      {!refused && <OpenForm />}
    </>
  );
}
