/* SPDX-License-Identifier: Apache-2.0 */
/* Which page and which drawer; nothing else. */

import { useEffect } from "preact/hooks";
import { assert_never } from "./data/model";
import { controls, events, freshness, node, past } from "./data/store";
import { drawer, page, width } from "./data/view";
import { Banner, BannerVoice } from "./panels/banner/Banner";
import { AskForm } from "./panels/controls/AskForm";
import { Controls } from "./panels/controls/Controls";
import { Diagnostics } from "./panels/diagnostics/Diagnostics";
import { EventsDrawer } from "./panels/diagnostics/EventsDrawer";
import { BottomBar } from "./panels/footer/BottomBar";
import { Footer, KeysDrawer } from "./panels/footer/Footer";
import { LinksUnkept } from "./panels/history/LinksUnkept";
import { Header } from "./panels/header/Header";
import { MeshAwaited } from "./panels/mesh/MeshAwaited";
import { Networking } from "./panels/networking/Networking";
import { Operations } from "./panels/operations/Operations";
import { Peers } from "./panels/peers/Peers";
import { Reachability } from "./panels/reachability/Reachability";
import { Refused } from "./panels/refused/Refused";
import { Rendezvous } from "./panels/rendezvous/Rendezvous";
import { Signaling } from "./panels/signaling/Signaling";
import { Stats } from "./panels/stats/Stats";
import { Verdict } from "./panels/verdict/Verdict";
import { fetched } from "./parts/fetched";
import { brand, pageNames, skipLink } from "./text/common";

const mesh = () => import("./panels/mesh/late");
const Mesh = fetched(() => mesh().then((part) => part.Mesh), MeshAwaited);
const MeshLarge = fetched(() => mesh().then((part) => part.MeshLarge), () => null);

const history = () => import("./panels/history/late");
const PastBanner = fetched(() => history().then((part) => part.PastBanner), () => null);

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
      <div class="told">{!silent && <Diagnostics />}</div>
    </>
  );
}

function Page() {
  switch (page.value) {
    case "networking":
      return <Networking />;
    case "node":
      return <NodeDashboard />;
    default:
      return assert_never(page.value);
  }
}

function OpenDrawer() {
  const which = drawer.value;
  if (which === null || freshness.value === "refused") return null;
  switch (which) {
    case "events":
      return <EventsDrawer />;
    case "keys":
      return <KeysDrawer />;
    case "mesh":
      return <MeshLarge />;
    default:
      return assert_never(which);
  }
}

function skip(event: Event): void {
  event.preventDefault();
  document.getElementById("content")?.focus();
}

export function App() {
  const fresh = freshness.value;
  const refused = fresh === "refused";
  const acts = node.value === null || controls.value !== null;
  const layout = past.value !== null ? "page-past" : acts ? "page-acts" : "";
  useEffect(() => {
    document.documentElement.dataset["fresh"] = fresh;
  }, [fresh]);
  const isKnown = node.value !== null;
  useEffect(() => {
    if (isKnown) void history().then((part) => part.followPast());
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
        {!refused && past.value !== null && <PastBanner />}
        {refused ? (
          <Refused />
        ) : (
          <div class={`page page-${page.value} ${layout}`}>
            <Page />
          </div>
        )}
      </main>
      {!refused && <Footer />}
      {!refused && width.value === "phone" && page.value === "node" && <BottomBar />}
      <OpenDrawer />
      {!refused && <AskForm />}
    </>
  );
}
