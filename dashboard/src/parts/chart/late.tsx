/* SPDX-License-Identifier: Apache-2.0 */
/* What of the charts is fetched when it is first needed: the drawing of them. */

export { Chart } from "./chart";
