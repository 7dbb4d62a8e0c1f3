/* SPDX-License-Identifier: Apache-2.0 */
/* What of the past is fetched when it is first needed: asking the node for it, the banner,
 * and the figures as a table. */

export { StatsTable } from "../stats/StatsTable";
export { PastBanner } from "./PastBanner";
export { followPast } from "../../data/follow_past";
