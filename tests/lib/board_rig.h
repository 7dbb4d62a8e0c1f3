/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A switchboard with lines that remember what was said over them, for tests. Its clock stands until a test moves it. */

#include "swarm/limits.h"
#include "swarm/signaling/switchboard.h"

enum { LINE_TEXT_MAX = 1 << 16, WALL_MS = 1700000000 };

/* What went out over a line: texts one after another, each with a line break. */
struct board_line {
    char said[LINE_TEXT_MAX];
    size_t texts;
    bool takes_no_more;
    bool is_hung_up;
    enum switchboard_verdict why;
};
struct board_rig {
    struct switchboard *board;
    struct node_id blocked;
    bool has_block;
    int64_t now_ms;
};

struct board_arrival {
    const char *key;
    const char *id;
    const char *token;
    struct address from;
};

void board_rig_init(struct board_rig *rig, size_t clients_max);
enum switchboard_verdict board_arrive(struct board_rig *rig, struct board_line *line,
                                      const struct board_arrival *arrival, struct switchboard_client **client);
struct switchboard_client *board_come(struct board_rig *rig, struct board_line *line, const char *id);
enum switchboard_verdict board_come_as(struct board_rig *rig, struct board_line *line, const char *id,
                                       const char *token);
void board_say(struct board_rig *rig, struct switchboard_client *client, const char *text);
void board_pass(struct board_rig *rig, int64_t ms);
struct switchboard_counts board_counts(const struct board_rig *rig);
enum switchboard_verdict board_come_from(struct board_rig *rig, struct board_line *line, const char *ip, size_t number,
                                         struct switchboard_client **client);
void board_say_to(struct board_rig *rig, struct switchboard_client *client, const char *dst, size_t payload_size);

/* The first line of a test. */
#define RIG(clients)                                                                                                   \
    struct board_rig place, *rig = &place;                                                                             \
    (void)state;                                                                                                       \
    board_rig_init(rig, clients)
