/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* run.json in the data folder: where a running node can be reached. Written once ready, removed at a clean end.
 * Never: trusted alone (the process may have died); the command line asks the API it names. */

#include "base/err.h"
#include "daemon/http/http_place.h"
#include "swarm/identity/node_id.h"

struct run_file {
    int64_t pid;
    struct node_id node_id;
    struct http_place api;
    bool has_listen, has_serve;
    struct address listen;
    struct http_place serve;
};
MUST_USE enum err run_file_write(const char *folder, const struct run_file *run, struct err_detail *detail);
/* ERR_NOT_FOUND: no node runs on this folder, or it is still starting. */
MUST_USE enum err run_file_read(const char *folder, struct run_file *run, struct err_detail *detail);
void run_file_remove(const char *folder);
