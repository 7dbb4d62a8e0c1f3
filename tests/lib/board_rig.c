/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/board_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static bool line_send(void *context, void *place, struct span text) {
    struct board_line *line = place;
    (void)context;
    assert_false(line->is_hung_up);
    if (line->takes_no_more) return false;
    line->texts++;
    if (strlen(line->said) + text.size + 2 < LINE_TEXT_MAX) {
        strncat(line->said, (const char *)text.at, text.size);
        strcat(line->said, "\n");
    }
    return true;
}
static void line_hang_up(void *context, void *place, enum switchboard_verdict why) {
    struct board_line *line = place;
    (void)context;
    assert_false(line->is_hung_up);
    line->is_hung_up = true;
    line->why = why;
}
static bool node_is_blocked(void *context, const struct node_id *id) {
    const struct board_rig *rig = context;
    return rig->has_block && node_id_equal(id, &rig->blocked);
}

void board_rig_init(struct board_rig *rig, size_t clients_max) {
    static const char *const hosts[] = {"other.example", "signal.example"};
    *rig = (struct board_rig){.now_ms = 1000};
    const struct switchboard_options options = {.clients_max = clients_max,
                                                .key = "peerjs",
                                                .hosts = hosts,
                                                .host_count = 2,
                                                .verifier = sign_verifier(),
                                                .seed = 7,
                                                .send = line_send,
                                                .hang_up = line_hang_up,
                                                .is_blocked = node_is_blocked,
                                                .context = rig};
    rig->board = switchboard_new(&options);
    assert_non_null(rig->board);
}
enum switchboard_verdict board_arrive(struct board_rig *rig, struct board_line *line,
                                      const struct board_arrival *arrival, struct switchboard_client **client) {
    struct span why;
    const struct switchboard_hello hello = {.key = span_of_text(arrival->key),
                                            .id = span_of_text(arrival->id),
                                            .token = span_of_text(arrival->token),
                                            .from = arrival->from,
                                            .line = line,
                                            .wall_ms = WALL_MS + rig->now_ms};
    memset(line, 0, sizeof *line);
    const enum switchboard_verdict verdict = switchboard_join(rig->board, &hello, client, &why, rig->now_ms);
    if (verdict != SWITCHBOARD_FINE) assert_true(why.size < LINE_TEXT_MAX && line_send(NULL, line, why));
    return verdict;
}

struct switchboard_client *board_come(struct board_rig *rig, struct board_line *line, const char *id) {
    struct switchboard_client *client = NULL;
    assert_int_equal(board_arrive(rig, line, &(struct board_arrival){.key = "peerjs", .id = id, .token = "t"}, &client),
                     SWITCHBOARD_FINE);
    return client;
}
enum switchboard_verdict board_come_as(struct board_rig *rig, struct board_line *line, const char *id,
                                       const char *token) {
    struct switchboard_client *client;
    return board_arrive(rig, line, &(struct board_arrival){.key = "peerjs", .id = id, .token = token}, &client);
}
void board_say(struct board_rig *rig, struct switchboard_client *client, const char *text) {
    switchboard_take(rig->board, client, span_of_text(text), rig->now_ms);
}
void board_pass(struct board_rig *rig, int64_t ms) {
    rig->now_ms += ms;
    switchboard_step(rig->board, rig->now_ms);
}
struct switchboard_counts board_counts(const struct board_rig *rig) {
    struct switchboard_counts counts;
    switchboard_count(rig->board, &counts);
    return counts;
}

static struct address address_of(const char *text) {
    struct address address;
    assert_true(address_read_ip(span_of_text(text), &address));
    return address;
}

enum switchboard_verdict board_come_from(struct board_rig *rig, struct board_line *line, const char *ip, size_t number,
                                         struct switchboard_client **client) {
    char id[32];
    (void)snprintf(id, sizeof id, "n%zu", number);
    return board_arrive(
        rig, line, &(struct board_arrival){.key = "peerjs", .id = id, .token = "t", .from = address_of(ip)}, client);
}

void board_say_to(struct board_rig *rig, struct switchboard_client *client, const char *dst, size_t payload_size) {
    char *text = malloc(payload_size + 128), *at = text;
    at += sprintf(at, "{\"type\":\"CANDIDATE\",\"dst\":\"%s\",\"payload\":\"", dst);
    memset(at, 'x', payload_size);
    strcpy(at + payload_size, "\"}");
    board_say(rig, client, text);
    free(text);
}
