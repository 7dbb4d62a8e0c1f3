/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* DELETE /api/v1/files/{id}: this node lets go of a file. Answered when it is gone from the disk.
 * Owns: the calls that wait for that.   Full: REMOVAL_CALLS_MAX, then 503.   Spec: CONTRACT 5. */

struct api;
struct http_exchange;

enum { REMOVAL_CALLS_MAX = 16 };

void removal_calls_gone(struct api *api, const struct http_exchange *exchange); /* its client left */
void removal_calls_forget_all(struct api *api);
