/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The endpoint that worked last, in a file of the data folder, so that a node that starts again is found where it was.
 * Owns: nothing.   Never: blocks the loop when it writes; fails: without the file the first of the configuration is
 * tried. Spec: reference 7.1, "preferred". */

#include "base/bytes.h"
#include "daemon/loop/loop.h"

/* Its place among the URLs; `count`: it is none of them, or nothing is known. */
size_t signal_memory_read(const char *folder, const char *const *urls, size_t count);
void signal_memory_write(struct loop *loop, const char *folder, const char *url);
