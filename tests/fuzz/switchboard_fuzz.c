/* SPDX-License-Identifier: Apache-2.0 */
/* Clients of a signaling server that come, talk and go in any order, some of whom read nothing: nobody hears anything
 * but whole messages, after OPEN, and nothing after the end; no id is here twice; counts agree; and once all have gone,
 * nothing is left.
 *
 * An input is lines: what, which of eight places, a byte, a text.
 *   j  comes from that place, with the byte as address and the text as its id (its first byte names the token)
 *   t  says the text         h  a heartbeat          g  goes
 *   s  its line takes nothing from now on            p  time passes: so many powers of ten milliseconds
 *   b  nodes are blocked or not */
#include "fuzz_target.h"

#include <string.h>

#include "base/must.h"
#include "believer.h"
#include "swarm/signaling/signal_message.h"
#include "swarm/signaling/switchboard.h"

enum { PLACES = 8, CLIENTS_MAX = 5, LINES_MAX = 256, HEAD_SIZE = 3 };

struct place {
    struct switchboard_client *client;
    bool is_up, is_slow, has_heard;
};
struct world {
    struct switchboard *board;
    struct place places[PLACES];
    bool has_blocks;
    int64_t now_ms;
};

static bool hear(void *context, void *line, struct span text) {
    struct place *place = line;
    uint8_t id_memory[SIGNAL_ID_SIZE_MAX];
    struct signal_message message;
    (void)context;
    must(place->is_up);
    must(signal_message_read(text, SIGNAL_END_CLIENT, id_memory, &message) == REFUSAL_NONE);
    must(place->has_heard ? signal_kind_is_relayed(message.kind) : message.kind == SIGNAL_OPEN);
    if (place->is_slow) return false;
    place->has_heard = true;
    return true;
}
static void end(void *context, void *line, enum switchboard_verdict why) {
    struct place *place = line;
    (void)context;
    must(place->is_up && why != SWITCHBOARD_FINE);
    *place = (struct place){0};
}
static bool is_blocked(void *context, const struct node_id *id) {
    const struct world *world = context;
    return world->has_blocks && id->bytes[0] % 2 == 0;
}

static void come(struct world *world, struct place *place, uint8_t from, struct span text) {
    struct span why;
    if (place->is_up) return;
    *place = (struct place){.is_up = true};
    struct span rest = text;
    const struct span id = span_take_until(&rest, ' ');
    const struct switchboard_hello hello = {
        .key = SPAN_LITERAL("k"),
        .id = id,
        .token = rest.size > 0 ? rest : (struct span){id.at, id.size > 0},
        .from = {.family = from == '0' ? ADDRESS_NONE : ADDRESS_IPV4, .ip = {203, 0, 113, from}},
        .line = place,
        .wall_ms = 1700000000000};
    const enum switchboard_verdict verdict =
        switchboard_join(world->board, &hello, &place->client, &why, world->now_ms);
    must((verdict == SWITCHBOARD_FINE) == (place->client != NULL));
    if (verdict == SWITCHBOARD_FINE) return;
    must(why.size > 0 && why.at[0] == '{');
    *place = (struct place){0};
}

static void pass(struct world *world, uint8_t digit) {
    int64_t step_ms = 1;
    for (uint8_t i = '0'; i < digit && i < '6'; i++) step_ms *= 10;
    world->now_ms += step_ms;
    switchboard_step(world->board, world->now_ms);
    must(switchboard_next_ms(world->board) > world->now_ms);
}

static void run_line(struct world *world, struct span line) {
    struct place *place = &world->places[line.at[1] % PLACES];
    const struct span text = {line.at + HEAD_SIZE, line.size - HEAD_SIZE};
    const uint8_t what = line.at[0];
    if (what == 'j') come(world, place, line.at[2], text);
    if (what == 'p') pass(world, line.at[2]);
    if (what == 's') place->is_slow = place->is_up;
    if (what == 'b') {
        world->has_blocks = !world->has_blocks;
        switchboard_blocks_changed(world->board);
    }
    if (place->client == NULL) return;
    if (what == 't') switchboard_take(world->board, place->client, text, world->now_ms);
    if (what == 'h')
        switchboard_take(world->board, place->client, SPAN_LITERAL("{\"type\":\"HEARTBEAT\"}"), world->now_ms);
    if (what == 'g') {
        switchboard_gone(world->board, place->client);
        *place = (struct place){0};
    }
}

static void check(const struct world *world) {
    struct switchboard_counts counts;
    struct span id, others[PLACES];
    size_t at = 0, up = 0, listed = 0;
    switchboard_count(world->board, &counts);
    for (size_t i = 0; i < PLACES; i++) up += world->places[i].is_up;
    must(counts.clients == up && up <= CLIENTS_MAX);
    while (switchboard_next_id(world->board, &at, &id)) {
        for (size_t i = 0; i < listed; i++) must(!span_equal(id, others[i]));
        must(listed < CLIENTS_MAX);
        others[listed++] = id;
    }
    must_le(listed, up);
}

static void leave_all(struct world *world) {
    struct switchboard_counts counts;
    for (size_t i = 0; i < PLACES; i++)
        if (world->places[i].client != NULL) switchboard_gone(world->board, world->places[i].client);
    switchboard_step(world->board, world->now_ms + 5000);
    switchboard_count(world->board, &counts);
    must(counts.clients == 0 && counts.waiting == 0 && switchboard_next_ms(world->board) == INT64_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char *const hosts[] = {"h"};
    static size_t size_max = 400;
    struct world world = {.now_ms = 1000};
    const struct switchboard_options options = {.clients_max = CLIENTS_MAX,
                                                .key = "k",
                                                .hosts = hosts,
                                                .host_count = 1,
                                                .verifier = {.verify = believer_verify, .context = &size_max},
                                                .seed = 1,
                                                .send = hear,
                                                .hang_up = end,
                                                .is_blocked = is_blocked,
                                                .context = &world};
    struct span rest = {data, size};
    world.board = switchboard_new(&options);
    must(world.board != NULL);
    for (size_t lines = 0; rest.size > 0 && lines < LINES_MAX; lines++) {
        const struct span line = span_take_until(&rest, '\n');
        if (line.size >= HEAD_SIZE) run_line(&world, line);
        check(&world);
    }
    leave_all(&world);
    switchboard_free(world.board);
    return 0;
}
