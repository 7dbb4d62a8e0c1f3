/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Where an HTTP listener stands: an address and port, or the path of a Unix socket.
 * Owns: nothing; one value without pointers.   Never: asks the system.   Full: a path over HTTP_PLACE_PATH_MAX is none.
 */

#include "base/address.h"

enum {
    HTTP_PLACE_PATH_MAX = 107,        /* what the system's socket addresses hold */
    HTTP_PLACE_TEXT_MAX = 5 + 107 + 1 /* "unix:", the path and its NUL; an address is shorter */
};

struct http_place {
    struct address address;             /* ADDRESS_NONE beside a path */
    char path[HTTP_PLACE_PATH_MAX + 1]; /* absolute; empty: it is no Unix socket */
};

/* "203.0.113.5:8781", "[::]:8781" or "unix:/run/skep/services.sock". */
bool http_place_read(struct span text, struct http_place *place);
const char *http_place_text(const struct http_place *place, char text[HTTP_PLACE_TEXT_MAX]);
bool http_place_is_unix(const struct http_place *place);
