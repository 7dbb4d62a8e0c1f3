/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The calls that ask for an operation, keep it or revert it.
 * Owns: the calls that wait until what they asked for is written down.
 * Never: decides; the engine does.   Full: a quarter of the connections may wait.   Spec: CONTRACT 5. */

struct api;
struct http_exchange;
void operation_calls_gone(struct api *api, struct http_exchange *exchange); /* whoever waited has left */
void operation_calls_forget_all(struct api *api);                           /* nobody is answered any more */
