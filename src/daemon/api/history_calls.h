/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The calls that look back, and the look at the node that the history is made of.
 * Owns: the calls that wait until the links of a moment were read.   Never: answers with a figure that is not known.
 * Full: as many as there are connections. */

struct api;
struct http_exchange;
void history_calls_take(struct api *api);                                 /* once a second, after the look */
void history_calls_gone(struct api *api, struct http_exchange *exchange); /* whoever waited has left */
void history_calls_forget_all(struct api *api);                           /* nobody is answered any more */
