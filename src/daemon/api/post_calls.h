/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The calls that write posts and list them.
 * Owns: each of them until it is answered.
 * Full: POST_CALLS_MAX at a time; a busy disk answers 503.   Spec: CONTRACT 5. */

struct api;
struct http_exchange;

enum { POST_CALLS_MAX = 32 };

void post_calls_tick(struct api *api); /* once a second: those that wait try again */
void post_calls_gone(struct api *api, struct http_exchange *exchange);
void post_calls_forget_all(struct api *api); /* nobody is answered any more */
