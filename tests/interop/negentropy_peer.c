/* SPDX-License-Identifier: Apache-2.0 */
/* One side of a reconciliation for a script, by lines. In:
 *
 *     reset                                  an empty set, no session
 *     item TIMESTAMP ID
 *     initiator FRAME | responder FRAME      the session begins
 *     take MESSAGE
 *
 * Out, for each session and message: `have ID` and `need ID` as often as it is so, and then one of `say MESSAGE`,
 * `ready` (a responder), `done` or `refused WHY`. Ids and messages are hex. */
#include "base/encoding.h"
#include "swarm/reconcile/block_set.h"
#include "swarm/reconcile/reconcile.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ITEMS_MAX = 100000 };

static uint8_t message_memory[2 * LIMIT_RECONCILE_MESSAGE_MAX], answer_memory[LIMIT_RECONCILE_MESSAGE_MAX];

static void print_hex(const char *word, struct span bytes) {
    (void)printf("%s ", word);
    for (size_t i = 0; i < bytes.size; i++) (void)printf("%02x", bytes.at[i]);
    (void)printf("\n");
}

static bool have(void *context, const struct set_item *item) {
    (void)context;
    print_hex("have", (struct span){item->id.bytes, sizeof item->id.bytes});
    return true;
}

static void need(void *context, const struct object_id *id, const struct set_item *from) {
    (void)from;
    (void)context;
    print_hex("need", (struct span){id->bytes, sizeof id->bytes});
}

static void add(struct block_set *set, const char *text) {
    struct set_item item = {0};
    char hex[65] = {0};
    struct buffer id = buffer_over(item.id.bytes, sizeof item.id.bytes);
    if (sscanf(text, "%" SCNu64 " %64s", &item.timestamp, hex) != 2 || !hex_read(span_of_text(hex), &id) ||
        block_set_add(set, &item) != BLOCK_SET_ADDED) {
        (void)fprintf(stderr, "not an item, or there already: %s\n", text);
        exit(1);
    }
}

static void begin(struct reconcile *reconcile, struct block_set *set, enum reconcile_role role, const char *frame) {
    const struct reconcile_options options = {
        .role = role,
        .set = block_set_view(set),
        .sink = {NULL, have, need},
        .frame_size = (size_t)strtoul(frame, NULL, 10),
        .rounds_max = LIMIT_RECONCILE_ROUNDS,
    };
    struct buffer out = buffer_over(answer_memory, sizeof answer_memory);
    reconcile_init(reconcile, &options);
    if (role == RECONCILE_RESPONDER) {
        (void)puts("ready");
        return;
    }
    reconcile_begin(reconcile, &out);
    print_hex("say", buffer_span(&out));
}

static void take(struct reconcile *reconcile, const char *hex) {
    struct buffer message = buffer_over(message_memory, sizeof message_memory);
    struct buffer out = buffer_over(answer_memory, sizeof answer_memory);
    if (!hex_read(span_of_text(hex), &message)) exit(1);
    const enum refusal refusal = reconcile_take(reconcile, buffer_span(&message), &out);
    if (refusal != REFUSAL_NONE) {
        (void)printf("refused %s\n", refusal_name(refusal));
    } else if (out.size == 0) {
        (void)puts("done");
    } else {
        print_hex("say", buffer_span(&out));
    }
}

int main(void) {
    struct block_set *set = block_set_new(ITEMS_MAX);
    struct reconcile reconcile;
    char *line = NULL;
    size_t capacity = 0;
    if (set == NULL) return 1;
    for (ssize_t size; (size = getline(&line, &capacity, stdin)) > 0; (void)fflush(stdout)) {
        line[strcspn(line, "\n")] = '\0';
        char *rest = strchr(line, ' ');
        if (rest != NULL) *rest++ = '\0';
        if (strcmp(line, "reset") == 0) {
            block_set_free(set);
            set = block_set_new(ITEMS_MAX);
        } else if (rest == NULL) {
            return 1;
        } else if (strcmp(line, "item") == 0) {
            add(set, rest);
        } else if (strcmp(line, "take") == 0) {
            take(&reconcile, rest);
        } else {
            begin(&reconcile, set, strcmp(line, "initiator") == 0 ? RECONCILE_INITIATOR : RECONCILE_RESPONDER, rest);
        }
    }
    free(line);
    block_set_free(set);
    return 0;
}
