/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/post_pages.h"

#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/file_id.h"

enum { PAGE = 50, CURSOR_MAX = 128 };

int post_pages_each(struct api_client *client, bool (*take)(void *context, const struct json_value *post),
                    void (*page)(void *context, const struct json_value *page), void *context) {
    char cursor[CURSOR_MAX] = "";
    bool goes_on = true;
    while (goes_on) {
        char path[CURSOR_MAX + 64];
        struct span text;
        const struct json_value *answer;
        (void)snprintf(path, sizeof path, "/api/v1/posts?limit=%d%s%s", PAGE,
                       cursor[0] == '\0' ? "" : "&cursor=", cursor);
        const int exit_code = api_client_get(client, path, &text, &answer);
        if (exit_code != EXIT_CODE_DONE) return exit_code;
        const struct json_value *items = json_member(answer, "items");
        if (page != NULL) page(context, answer);
        for (size_t i = 0; goes_on && i < json_array_count(items); i++) goes_on = take(context, &items->as.items[i]);
        const struct span next = api_client_text(answer, "next");
        goes_on = goes_on && next.size > 0 && span_copy_text(next, cursor, sizeof cursor);
    }
    return EXIT_CODE_DONE;
}

struct search {
    const char *text;
    char id[OBJECT_ID_TEXT_SIZE + 1];
    size_t count;
};

static bool compare(void *context, const struct json_value *post) {
    struct search *search = context;
    const struct span id = api_client_text(post, "id"), of = api_client_text(post, "of"),
                      begin = span_of_text(search->text);
    if (id.size != OBJECT_ID_TEXT_SIZE || !(span_starts_with(id, begin) || span_starts_with(of, begin))) return true;
    memcpy(search->id, id.at, id.size);
    return ++search->count < 2;
}

int post_pages_find(struct api_client *client, const char *text, char id[OBJECT_ID_TEXT_SIZE + 1]) {
    struct search search = {.text = text};
    if (file_id_is_whole(text)) {
        memcpy(id, text, OBJECT_ID_TEXT_SIZE + 1);
        return EXIT_CODE_DONE;
    }
    const int exit_code = post_pages_each(client, compare, NULL, &search);
    if (exit_code != EXIT_CODE_DONE) return exit_code;
    memcpy(id, search.id, sizeof search.id);
    if (search.count == 1) return EXIT_CODE_DONE;
    if (search.count == 0)
        (void)fprintf(stderr, "%s: this node has no post whose id begins with %s; skep posts shows them\n",
                      client->command, text);
    else
        (void)fprintf(stderr, "%s: the ids of several posts begin with %s; give more of it\n", client->command, text);
    return EXIT_CODE_FAILED;
}
