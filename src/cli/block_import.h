/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A list of blocks from a file, as `skep block list --json` prints it: each becomes a block of this node, for as long
 * as it had left.   Owns: nothing.   Full: a file over 4 MiB is refused. */

#include "cli/api_client.h"

/* Says how many there are; goes on after one that the node refuses, and then gives that exit code. */
int block_import(struct api_client *client, const char *path);
