/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A diagnosis of a peer that the node itself makes (POST /api/v1/doctor): begins it, and takes its steps from the
 * stream as they come.
 * Owns: nothing; the client's memory is closed with the facts it belongs to.
 * Never: judges; shows a byte of a step uncleaned. */

#include "cli/api_client.h"
#include "daemon/doctor/diagnosis.h"

/* Opens `client` (closed by the caller), and adds the steps to the diagnosis; `show` is told from which one on there
 * are new ones. What keeps it from coming to its end is a step too. */
void visit_follow(struct api_client *client, const char *folder, const char *node, struct diagnosis *diagnosis,
                  void (*show)(const struct diagnosis *diagnosis, size_t first));
