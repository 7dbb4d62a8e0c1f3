/* SPDX-License-Identifier: Apache-2.0 */
/* One sentence of answer, what to do about it, the evidence, and what it is not. */

import { askTarget } from "../../data/operations";
import * as store from "../../data/store";
import { closeDrawer, drawerHash, drawerOf } from "../../data/view";
import { CopyButton } from "../../parts/controls";
import { DeedButton } from "../../parts/deed";
import { Drawer } from "../../parts/drawer";
import { Icon } from "../../parts/icon";
import { Hidden } from "../../parts/panel";
import { clock, fullTime, shortId } from "../../text/format";
import { deedOf, switches } from "../../text/operations";
import { block as blockWord, why as whyWord } from "../../text/peers";
import * as words from "../../text/why";
import { askBlock, peerPlace, throwSwitch } from "../controls/deeds";
import { pressOf } from "../controls/select";
import { RefusedAmong, TargetDeed } from "../controls/TargetDeed";
import { Doctor } from "../doctor/Doctor";
import { peerRows, type PeerRow } from "../peers/rows";
import { whyText } from "./as_text";
import { type Evidence, eventsOf, type Exclusion, type Remedy, type Why, whyOf } from "./select";
import "./why.css";

function remedyButton(remedy: Remedy, row: PeerRow, nodeId: string) {
  const place = peerPlace(nodeId);
  const whom = shortId(nodeId);
  switch (remedy.kind) {
    case "block.remove": {
      const target = askTarget(remedy.block.target);
      return <TargetDeed place={place} action={remedy.kind} target={target} whom={whom} />;
    }
    case "control": {
      const press = pressOf(remedy.control, store.operations.value);
      const { deed } = deedOf(press.kind === "action" ? press.action : "resume");
      return (
        <DeedButton label={deed} busy={false} onPress={() => throwSwitch(remedy.control)}>
          {deed}
        </DeedButton>
      );
    }
    case "block.add":
      return (
        <DeedButton
          label={`${blockWord} ${whom}`}
          busy={false}
          onPress={() => {
            closeDrawer();
            askBlock(row);
          }}
        >
          {blockWord}
        </DeedButton>
      );
    default:
      return <TargetDeed place={place} action={remedy.kind} target={{ nodeId }} whom={whom} />;
  }
}

function remedyName(remedy: Remedy): string {
  if (remedy.kind === "control") return switches[remedy.control.name]?.[0] ?? remedy.control.name;
  return deedOf(remedy.kind).deed;
}

function Remedies({ why, row, nodeId }: { why: Why; row: PeerRow; nodeId: string }) {
  return (
    <section>
      <h3>{words.doTitle}</h3>
      <ul>
        {why.remedies.map((remedy) => (
          <li key={`${remedy.kind} ${remedyName(remedy)}`} class="why-remedy" tabIndex={-1}>
            <div>
              <p class="finding-title">{remedyName(remedy)}</p>
              <p class="second">{remedy.effect}</p>
            </div>
            {remedyButton(remedy, row, nodeId)}
          </li>
        ))}
      </ul>
      <RefusedAmong prefix={peerPlace("")} />
    </section>
  );
}

function EvidenceLine({ at, text, code }: Evidence) {
  return (
    <li>
      <p>{text}</p>
      <p class="second">
        {at === null ? words.nowWord : <time title={fullTime(at)}>{clock(at)}</time>}
        {code !== "" && (
          <>
            {" · "}
            <code>{code}</code>
          </>
        )}
      </p>
    </li>
  );
}

function ExclusionLine({ excluded, text }: Exclusion) {
  return (
    <li class="why-not">
      <Icon name={excluded ? "check" : "notice"} />
      <span>{text}</span>
    </li>
  );
}

function Gone() {
  return (
    <Drawer id="why" title={whyWord}>
      <p class="panel-body">
        {words.gone} {words.goneNext}
      </p>
    </Drawer>
  );
}

export function WhyDrawer() {
  const nodeId = drawerOf.value;
  const links = [...store.links.value.values()];
  const row = peerRows(links, store.peers.value).find((known) => known.nodeId === nodeId);
  if (row === undefined || nodeId === null) return <Gone />;
  const why = whyOf({
    row,
    links,
    peers: store.peers.value,
    node: store.node.value,
    blocks: store.blocks.value,
    controls: store.controls.value,
    operations: store.operations.value,
    events: store.events.value,
    now: store.now.value,
  });
  const events = eventsOf(nodeId, store.events.value).length;
  return (
    <Drawer
      id="why"
      title={why.question}
      foot={
        <>
          <a class="link-button" href={drawerHash("events", nodeId)}>
            {words.eventsOf(events)}
          </a>
          <CopyButton
            text={() => whyText(why, nodeId, clock)}
            label={words.copyAll}
            words={words.copyAll}
          />
        </>
      }
    >
      <div class="why">
        <section>
          <p class="why-answer">{why.answer}</p>
          {why.more !== "" && <p class="why-more">{why.more}</p>}
        </section>
        {store.acts.value && <Remedies why={why} row={row} nodeId={nodeId} />}
        {store.acts.value && <Doctor nodeId={nodeId} />}
        <section>
          <h3>{words.evidenceTitle}</h3>
          <ol class="why-evidence">
            {why.evidence.map((line) => (
              <EvidenceLine key={`${line.at} ${line.code} ${line.text}`} {...line} />
            ))}
          </ol>
        </section>
        <section>
          <h3>{words.notTitle}</h3>
          <ul>
            {why.not.map((line) => (
              <ExclusionLine key={line.text} {...line} />
            ))}
          </ul>
        </section>
      </div>
      <Hidden>{nodeId}</Hidden>
    </Drawer>
  );
}
