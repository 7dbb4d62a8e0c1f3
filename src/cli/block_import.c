/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/block_import.h"

#include <stdio.h>

#include "base/memory.h"
#include "cli/command.h"
#include "cli/input.h"
#include "cli/operation_order.h"
#include "daemon/loop/clock.h"

enum { FILE_BYTES_MAX = 4 * 1024 * 1024, TREE_BYTES = 64 * 1024 * 1024, TEXT_SIZE = 301 };

struct tally {
    size_t taken, over, refused;
    int exit_code; /* of the last that was refused */
};

/* NULL: the member is not there. */
static const char *copy(const struct json_value *item, const char *name, char text[TEXT_SIZE]) {
    const struct span value = api_client_text(item, name);
    return value.size > 0 && span_copy_text(value, text, TEXT_SIZE) ? text : NULL;
}

static void import_one(struct api_client *client, const struct json_value *item, struct tally *tally) {
    char node[TEXT_SIZE], user[TEXT_SIZE], direction[TEXT_SIZE], reason[TEXT_SIZE];
    const struct json_value *answer;
    const int64_t ends_ms = api_client_time(item, "endsAt"), now_ms = clock_wall_ms();
    const struct operation_order order = {.action = "block.add",
                                          .node = copy(item, "nodeId", node),
                                          .user = copy(item, "userId", user),
                                          .direction = copy(item, "direction", direction),
                                          .reason = copy(item, "reason", reason),
                                          .for_ms = ends_ms == 0 ? 0 : ends_ms - now_ms};
    if (ends_ms != 0 && ends_ms <= now_ms) {
        tally->over++;
        return;
    }
    const int exit_code = operation_order_send(client, &order, &answer);
    *(exit_code == EXIT_CODE_DONE ? &tally->taken : &tally->refused) += 1;
    if (exit_code != EXIT_CODE_DONE) tally->exit_code = exit_code;
}

static int import_items(struct api_client *client, const struct json_value *list, const char *path) {
    const struct json_value *items = json_member(list, "items");
    struct tally tally = {.exit_code = EXIT_CODE_DONE};
    if (items == NULL || items->kind != JSON_ARRAY) {
        (void)fprintf(stderr, "%s: %s is no list of blocks; `skep block list --json` writes one\n", client->command,
                      path);
        return EXIT_CODE_FAILED;
    }
    for (size_t i = 0; i < items->count; i++) import_one(client, &items->as.items[i], &tally);
    (void)printf("%zu blocked, %zu over already, %zu refused\n", tally.taken, tally.over, tally.refused);
    return tally.exit_code;
}

int block_import(struct api_client *client, const char *path) {
    struct input input;
    struct err_detail detail = {0};
    enum json_fault fault;
    if (input_open(&input, path, FILE_BYTES_MAX, &detail) != ERR_OK) {
        (void)fprintf(stderr, "%s: %s\n", client->command, detail.text);
        input_close(&input);
        return EXIT_CODE_FAILED;
    }
    void *memory = memory_zeroed(1, TREE_BYTES);
    struct arena arena = arena_over(memory, TREE_BYTES);
    const struct json_value *list = json_parse(input_span(&input), JSON_WIRE, &arena, &fault, NULL);
    const int exit_code = import_items(client, list, path);
    memory_free(memory);
    input_close(&input);
    return exit_code;
}
