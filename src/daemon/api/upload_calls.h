/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* PUT /api/v1/uploads?name=...: a file that comes through the API, from a page or a script, and is published when all
 * of it is here. Owns: each of them until it is answered. Full: UPLOADS_MAX; a disk that is slow holds the sender back,
 * one that is full ends it with 507. */

struct api;
struct http_exchange;

enum { UPLOADS_MAX = 8 };

void upload_calls_gone(struct api *api, struct http_exchange *exchange);
void upload_calls_forget_all(struct api *api); /* nobody is answered any more */
