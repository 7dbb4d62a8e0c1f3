/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The calls that publish files, want them and read them.
 * Owns: each of them until it is answered.
 * Full: CONTENT_CALLS_MAX; a busy disk or eight runs of publishing answer 503.   Spec: CONTRACT 5. */

struct api;
struct http_exchange;

enum { CONTENT_CALLS_MAX = 32 };

void content_calls_tick(struct api *api); /* once a second: how far they are */
void content_calls_gone(struct api *api, struct http_exchange *exchange);
void content_calls_forget_all(struct api *api); /* nobody is answered any more */
