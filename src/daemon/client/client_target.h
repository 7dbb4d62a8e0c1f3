/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The URL of a stream, taken apart: what curl connects to, and what a request over it names.
 * Owns: its texts.   Never: keeps a user, a password or a fragment; lets a line break or a blank through into a
 * request. Full: a URL over CLIENT_TARGET_URL_MAX is none. */

#include <stdbool.h>

enum { CLIENT_TARGET_URL_MAX = 4096 };

struct client_target {
    char *url;       /* http or https */
    char *authority; /* of Host: without the port that its scheme has anyway */
    char *path;      /* and query */
};

/* False: it is no http, https, ws or wss URL, or there is no memory; deinit it all the same. */
bool client_target_init(struct client_target *target, const char *url);
void client_target_deinit(struct client_target *target);
