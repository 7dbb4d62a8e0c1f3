/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/peer_pages.h"

#include "cli/command.h"

#include <inttypes.h>
#include <stdio.h>

int peer_page_get(struct api_client *client, const struct peer_page *page, struct span *text,
                  const struct json_value **list) {
    char path[128];
    (void)snprintf(path, sizeof path, "/api/v1/peers?cursor=%" PRId64 "&limit=%" PRId64, page->cursor, page->limit);
    return api_client_get(client, path, text, list);
}

/* The cursor is a number as text; 0 = there is no page after this. */
static int64_t next_of(const struct json_value *list) {
    struct span text = api_client_text(list, "next");
    int64_t next = 0;
    for (size_t i = 0; i < text.size && text.at[i] >= '0' && text.at[i] <= '9' && next < 1000000; i++)
        next = next * 10 + (text.at[i] - '0');
    return next;
}

int peer_pages_read_from(struct api_client *client, struct peer_page page,
                         void (*peer)(void *context, const struct json_value *peer, int64_t now_ms), void *context) {
    for (;;) {
        struct span text;
        const struct json_value *list;
        int exit_code = peer_page_get(client, &page, &text, &list);
        if (exit_code != EXIT_CODE_DONE) return exit_code;
        const struct json_value *items = json_member(list, "items");
        for (size_t i = 0; i < json_array_count(items); i++)
            peer(context, &items->as.items[i], api_client_time(list, "asOf"));
        int64_t next = next_of(list);
        if (next <= page.cursor) return EXIT_CODE_DONE;
        page.cursor = next;
    }
}

int peer_pages_read(struct api_client *client,
                    void (*peer)(void *context, const struct json_value *peer, int64_t now_ms), void *context) {
    return peer_pages_read_from(client, (struct peer_page){.limit = PEER_PAGE_MAX}, peer, context);
}
