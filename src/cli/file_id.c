/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/file_id.h"

#include <stdio.h>
#include <string.h>

#include "cli/command.h"

static size_t count_digits(const char *text) {
    return strspn(text, "0123456789abcdef");
}

bool file_id_is_whole(const char *text) {
    return count_digits(text) == OBJECT_ID_TEXT_SIZE && text[OBJECT_ID_TEXT_SIZE] == '\0';
}

bool file_id_may_begin_one(const char *text) {
    const size_t digits = count_digits(text);
    return digits >= FILE_ID_DIGITS_MIN && digits <= OBJECT_ID_TEXT_SIZE && text[digits] == '\0';
}

int file_id_each(struct api_client *client, bool (*take)(void *context, const struct json_value *file),
                 void (*page)(void *context, const struct json_value *page), void *context) {
    enum { PAGE = 500 };
    double cursor = 0;
    bool goes_on = true;
    while (goes_on && cursor >= 0) {
        char path[96];
        struct span text;
        const struct json_value *answer;
        (void)snprintf(path, sizeof path, "/api/v1/content?limit=%d&cursor=%.0f", PAGE, cursor);
        const int exit_code = api_client_get(client, path, &text, &answer);
        if (exit_code != EXIT_CODE_DONE) return exit_code;
        const struct json_value *items = json_member(answer, "items");
        if (page != NULL) page(context, answer);
        for (size_t i = 0; goes_on && i < json_array_count(items); i++) goes_on = take(context, &items->as.items[i]);
        cursor = api_client_number(answer, "next");
    }
    return EXIT_CODE_DONE;
}

struct search {
    const char *text;
    char id[OBJECT_ID_TEXT_SIZE + 1];
    size_t count;
};

static bool compare(void *context, const struct json_value *file) {
    struct search *search = context;
    const struct span id = api_client_text(file, "id");
    if (id.size != OBJECT_ID_TEXT_SIZE || !span_starts_with(id, span_of_text(search->text))) return true;
    memcpy(search->id, id.at, id.size);
    return ++search->count < 2;
}

int file_id_find(struct api_client *client, const char *text, char id[OBJECT_ID_TEXT_SIZE + 1]) {
    struct search search = {.text = text};
    if (file_id_is_whole(text)) {
        memcpy(id, text, OBJECT_ID_TEXT_SIZE + 1);
        return EXIT_CODE_DONE;
    }
    const int exit_code = file_id_each(client, compare, NULL, &search);
    if (exit_code != EXIT_CODE_DONE) return exit_code;
    memcpy(id, search.id, sizeof search.id);
    if (search.count == 1) return EXIT_CODE_DONE;
    if (search.count == 0)
        (void)fprintf(stderr, "%s: this node has no file whose id begins with %s; skep list shows them\n",
                      client->command, text);
    else
        (void)fprintf(stderr, "%s: the ids of several files begin with %s; give more of it\n", client->command, text);
    return EXIT_CODE_FAILED;
}
