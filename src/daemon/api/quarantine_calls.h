/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* GET /api/v1/quarantine and DELETE /api/v1/quarantine/{number}: what did not verify, and its end. A removal is
 * answered when it is on the disk.
 * Owns: the calls that wait for that.   Full: QUARANTINE_CALLS_MAX, then 503.   Spec: CONTRACT 5. */

struct api;
struct http_exchange;

enum { QUARANTINE_CALLS_MAX = 16 };

void quarantine_calls_gone(struct api *api, const struct http_exchange *exchange); /* its client left */
void quarantine_calls_forget_all(struct api *api);
