/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/backup/account.h"

#include "base/json.h"
#include "base/json_writer.h"

enum { ARENA_SIZE = 8192, NUMBERS = 8 };
#define NUMBER_MAX (1LL << 53) /* a double holds it exactly */

static const char *const number_names[NUMBERS] = {"madeAt",    "manifests", "posts",   "files",
                                                  "filesLeft", "partsLost", "entries", "bytes"};

void account_write(struct buffer *out, const struct account *account) {
    char node[NODE_ID_TEXT_SIZE + 1], user[NODE_ID_TEXT_SIZE + 1];
    const int64_t numbers[NUMBERS] = {
        account->made_at_ms,          (int64_t)account->manifests,  (int64_t)account->posts,   (int64_t)account->files,
        (int64_t)account->files_left, (int64_t)account->parts_lost, (int64_t)account->entries, (int64_t)account->bytes};
    struct json_writer w = json_writer_into(out);
    json_open_object(&w, NULL);
    json_put_text(&w, "agent", account->agent);
    json_put_text(&w, "nodeId", node_id_text(&account->node_id, node));
    json_put_text(&w, "userId", user_id_text(&account->user_id, user));
    json_put_boolean(&w, "hasFiles", account->has_files);
    for (size_t i = 0; i < NUMBERS; i++) json_put_integer(&w, number_names[i], numbers[i]);
    json_close_object(&w);
}

static bool number_take(const struct json_value *root, const char *name, uint64_t *number) {
    int64_t value;
    if (!json_as_integer(json_member(root, name), 0, NUMBER_MAX, &value)) return false;
    *number = (uint64_t)value;
    return true;
}

bool account_read(struct span text, struct account *account) {
    uint8_t memory[ARENA_SIZE];
    struct arena arena = arena_over(memory, sizeof memory);
    enum json_fault fault;
    struct span agent, node, user;
    uint64_t made_at_ms;
    *account = (struct account){0};
    uint64_t *const numbers[NUMBERS] = {&made_at_ms,          &account->manifests,  &account->posts,   &account->files,
                                        &account->files_left, &account->parts_lost, &account->entries, &account->bytes};
    const struct json_value *root = json_parse(text, JSON_WIRE, &arena, &fault, NULL);
    if (!json_as_boolean(json_member(root, "hasFiles"), &account->has_files)) return false;
    for (size_t i = 0; i < NUMBERS; i++)
        if (!number_take(root, number_names[i], numbers[i])) return false;
    account->made_at_ms = (int64_t)made_at_ms;
    return json_as_string(json_member(root, "agent"), &agent) &&
           span_copy_text(agent, account->agent, sizeof account->agent) &&
           json_as_string(json_member(root, "nodeId"), &node) && node_id_read(node, &account->node_id) &&
           json_as_string(json_member(root, "userId"), &user) && user_id_read(user, &account->user_id);
}
