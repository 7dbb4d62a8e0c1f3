/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The peers that a node knows, page by page: the API gives at most PEER_PAGE_MAX at once.
 * Owns: nothing.   Never: reads a page twice; places only go up, so it ends. */

#include "cli/api_client.h"

enum { PEER_PAGE_MAX = 200 };
struct peer_page {
    int64_t cursor; /* 0 = from the beginning */
    int64_t limit;
};

/* Each gives an enum exit_code, as api_client_get. `text` and `list` are borrowed until the next call. */
int peer_page_get(struct api_client *client, const struct peer_page *page, struct span *text,
                  const struct json_value **list);
/* Every peer from `page` on; `now_ms` is the asOf of its page. The peer is borrowed for the call. */
int peer_pages_read_from(struct api_client *client, struct peer_page page,
                         void (*peer)(void *context, const struct json_value *peer, int64_t now_ms), void *context);
int peer_pages_read(struct api_client *client,
                    void (*peer)(void *context, const struct json_value *peer, int64_t now_ms), void *context);
