/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/file_wish.h"

#include <stdio.h>
#include <string.h>

#include "base/json_writer.h"
#include "base/memory.h"
#include "base/must.h"
#include "cli/command.h"
#include "cli/sheet.h"

enum { SEND_AT_ONCE = 100, LOOK_AT_ONCE = 64 };

void file_wishes_deinit(struct file_wishes *wishes) {
    for (size_t i = 0; i < wishes->count; i++) memory_free(wishes->items[i].name);
    memory_free(wishes->items);
    map_free(wishes->places);
    *wishes = (struct file_wishes){0};
}

bool file_wishes_add(struct file_wishes *wishes, const char *id) {
    struct object_id key;
    uint32_t place;
    must(object_id_read(span_of_text(id), &key));
    if (wishes->places == NULL) wishes->places = map_new(FILE_WISHES_MAX, sizeof key, 1);
    if (wishes->places == NULL) return false;
    if (map_find(wishes->places, &key, &place)) return true;
    if (wishes->count == FILE_WISHES_MAX || !map_put(wishes->places, &key, (uint32_t)wishes->count)) return false;
    if (wishes->count == wishes->capacity) {
        wishes->capacity = wishes->capacity == 0 ? 64 : wishes->capacity * 2;
        wishes->items = memory_resized(wishes->items, wishes->capacity * sizeof wishes->items[0]);
    }
    struct file_wish *wish = &wishes->items[wishes->count++];
    *wish = (struct file_wish){.sources = -1, .stage = "manifest"};
    (void)snprintf(wish->id, sizeof wish->id, "%s", id);
    wishes->open++;
    return true;
}

/* ---- Wanting ---- */

static int send_some(const struct file_wishes *wishes, struct api_client *client, size_t from, size_t count) {
    uint8_t memory[SEND_AT_ONCE * (OBJECT_ID_TEXT_SIZE + 4) + 64];
    struct buffer body = buffer_over(memory, sizeof memory);
    struct json_writer w = json_writer_into(&body);
    const struct json_value *answer;
    json_open_object(&w, NULL);
    json_open_array(&w, "ids");
    for (size_t i = 0; i < count; i++) json_put_text(&w, NULL, wishes->items[from + i].id);
    json_close_array(&w);
    json_close_object(&w);
    buffer_put(&body, (struct span){(const uint8_t *)"", 1});
    const int exit_code = api_client_post(client, "/api/v1/files/fetch", (const char *)memory, &answer);
    if (exit_code != EXIT_CODE_DONE || api_client_number(answer, "refused") <= 0) return exit_code;
    (void)fprintf(stderr, "%s: the node has no room for %.0f of them now; ask again when others are here\n",
                  client->command, api_client_number(answer, "refused"));
    return EXIT_CODE_FAILED;
}

int file_wishes_send(struct file_wishes *wishes, struct api_client *client) {
    for (size_t from = 0; from < wishes->count; from += SEND_AT_ONCE) {
        const size_t left = wishes->count - from;
        const int exit_code = send_some(wishes, client, from, left < SEND_AT_ONCE ? left : SEND_AT_ONCE);
        if (exit_code != EXIT_CODE_DONE) return exit_code;
    }
    return EXIT_CODE_DONE;
}

/* ---- Looking ---- */

static void take_name(struct file_wish *wish, struct span name) {
    if (name.size == 0 || wish->name != NULL) return;
    wish->name = memory_zeroed(1, name.size + 1);
    memcpy(wish->name, name.at, name.size);
}

static void take_state(struct file_wishes *wishes, struct file_wish *wish, const struct json_value *file) {
    const double size = api_client_number(file, "size"), chunks = api_client_number(file, "chunks"),
                 here = api_client_number(file, "chunksHere");
    sheet_clean(api_client_text(file, "stage"), wish->stage, sizeof wish->stage);
    sheet_clean(api_client_text(file, "trouble"), wish->trouble, sizeof wish->trouble);
    take_name(wish, api_client_text(file, "name"));
    wish->sources = api_client_number(file, "sources");
    if (size >= 0) wish->size = (uint64_t)size;
    if (size >= 0 && chunks > 0 && here >= 0) wish->bytes = (uint64_t)(size * here / chunks);
    if (!span_equal_text(api_client_text(file, "state"), "held")) return;
    wish->state = FILE_WISH_HERE;
    wish->bytes = wish->size;
    wishes->open--;
}

/* Why the node gave it up is among its events. */
static void find_cause(struct file_wish *wish, struct api_client *client) {
    const struct json_value *answer;
    int status = 0;
    char begin[19];
    (void)snprintf(begin, sizeof begin, "%.16s: ", wish->id);
    if (api_client_ask(client, "/api/v1/events?limit=100", &status, &answer) != EXIT_CODE_DONE || status != 200) return;
    const struct json_value *items = json_member(answer, "items");
    for (size_t i = 0; i < json_array_count(items); i++) {
        const struct json_value *event = &items->as.items[i];
        char message[sizeof wish->trouble];
        sheet_clean(api_client_text(event, "message"), message, sizeof message);
        const char *at = strstr(message, begin);
        if (!span_equal_text(api_client_text(event, "code"), "file-failed") || at == NULL) continue;
        at += strlen(begin); /* "a file was given up: 0123456789abcdef: why" */
        memmove(wish->trouble, at, strlen(at) + 1);
    }
}

static int look_at(struct file_wishes *wishes, struct file_wish *wish, struct api_client *client) {
    char path[128];
    int status = 0;
    const struct json_value *file;
    (void)snprintf(path, sizeof path, "/api/v1/files/%s/state", wish->id);
    const int exit_code = api_client_ask(client, path, &status, &file);
    if (exit_code != EXIT_CODE_DONE) return exit_code;
    if (status == 200) {
        take_state(wishes, wish, file);
        return EXIT_CODE_DONE;
    }
    if (status != 404) {
        (void)fprintf(stderr, "%s: the node answered %d\n", client->command, status);
        return EXIT_CODE_FAILED;
    }
    wish->state = FILE_WISH_GIVEN_UP;
    wishes->open--;
    wishes->given_up++;
    find_cause(wish, client);
    return EXIT_CODE_DONE;
}

int file_wishes_look(struct file_wishes *wishes, struct api_client *client, bool *has_moved) {
    const size_t open = wishes->open;
    size_t looked = 0;
    for (size_t i = 0; i < wishes->count && looked < LOOK_AT_ONCE; i++) {
        struct file_wish *wish = &wishes->items[wishes->next];
        wishes->next = (wishes->next + 1) % wishes->count;
        if (wish->state != FILE_WISH_OPEN) continue;
        looked++;
        const int exit_code = look_at(wishes, wish, client);
        if (exit_code != EXIT_CODE_DONE) return exit_code;
    }
    *has_moved = wishes->open < open;
    return EXIT_CODE_DONE;
}

struct file_wish_totals file_wishes_totals(const struct file_wishes *wishes) {
    struct file_wish_totals totals = {.is_size_known = true};
    for (size_t i = 0; i < wishes->count; i++) {
        const struct file_wish *wish = &wishes->items[i];
        totals.bytes += wish->bytes;
        totals.size += wish->size;
        if (wish->size == 0 && wish->state == FILE_WISH_OPEN) totals.is_size_known = false;
    }
    return totals;
}
