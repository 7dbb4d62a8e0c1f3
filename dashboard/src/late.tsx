/* SPDX-License-Identifier: Apache-2.0 */
/* What is not needed before somebody opens it. The page takes it from here alone (data/late.ts). */

export { BlockForm } from "./panels/blocks/BlockForm";
export { BlockList } from "./panels/blocks/BlockList";
export { ConnectDialog } from "./panels/connect/ConnectDialog";
export { Content } from "./panels/content/Content";
export { AskForm } from "./panels/controls/AskForm";
export { EndpointForm } from "./panels/signaling/EndpointForm";
export { EventsDrawer } from "./panels/diagnostics/EventsDrawer";
export { KeysDrawer } from "./panels/footer/KeysDrawer";
export { PastBanner } from "./panels/history/PastBanner";
export { Card as MeshCard } from "./panels/mesh/Card";
export { MeshTable } from "./panels/mesh/MeshTable";
export { MeshLarge } from "./panels/mesh/MeshLarge";
export { Networking } from "./panels/networking/Networking";
export { OperationsDrawer } from "./panels/operations/OperationsDrawer";
export { PeerDetail } from "./panels/peers/PeerDetail";
export { PeerMenu } from "./panels/peers/PeerMenu";
export { PendingList } from "./panels/pending/PendingList";
export { Refused } from "./panels/refused/Refused";
export { StatsTable } from "./panels/stats/StatsTable";
export { WhyDrawer } from "./panels/why/WhyDrawer";
