/* SPDX-License-Identifier: Apache-2.0 */
/* What is not needed before somebody opens it. The page takes it from here alone (data/late.ts). */

export { AskForm } from "./panels/controls/AskForm";
export { EventsDrawer } from "./panels/diagnostics/EventsDrawer";
export { KeysDrawer } from "./panels/footer/KeysDrawer";
export { PeerDetail } from "./panels/peers/PeerDetail";
