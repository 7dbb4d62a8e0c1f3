/* SPDX-License-Identifier: Apache-2.0 */
/* Nobody is signed in here. */

export const refusedTitle = "This page is not signed in";
export const refusedText = "The node shows itself only to whoever holds its token. Run";
export const refusedCommand = "skep dashboard";
export const refusedAfter =
  "on the machine of the node and open the link it prints, or paste it here.";
export const refusedUsed = "That token was not accepted: it is wrong, used or older than 60 s.";
export const refusedOdd = "That holds no token. It is the part after #token= of the link.";
export const tokenLabel = "Token or link";
export const signInWord = "Open the dashboard";
