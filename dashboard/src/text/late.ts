/* SPDX-License-Identifier: Apache-2.0 */
export const loading = "Fetching this part of the page from the daemon…";
export const away = "This part of the page did not come: the daemon does not answer. What you see goes on.";
export const newer = "The node has been updated since this page was opened. Load the page again to go on.";
export const tryAgain = "Try again";
export const loadAgain = "Load the page again";
