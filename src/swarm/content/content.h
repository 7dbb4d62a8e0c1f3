/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The moving of files, as one concern of an engine: what is known and held (catalog), what is fetched from whom
 * (download), what is given to whom (upload), and who is told what we hold (holdings). Bytes never stay here: the host
 * keeps them, and looks at them (input.h, action.h say how).
 * Owns: its tables, allocated once.
 * Full: each table says so itself.   Spec: WIRE W12. */

#include "base/byte_pace.h"
#include "swarm/content/ask.h"
#include "swarm/content/catalog.h"
#include "swarm/content/content_peer.h"
#include "swarm/identity/node_id.h"

struct engine;
struct input;
struct link_row;

/* A file under way. */
struct download {
    bool in_use;
    bool is_listing; /* the host was asked which parts are missing */
    bool is_listed;  /* it knew of no other for now: more shows once a part is stored */
    bool is_anew;    /* it has to begin from the first one again */
    bool knows_all;  /* it named the last of them */
    bool has_failed; /* the host could not write: nothing is asked before retry_ms */
    uint32_t file;   /* its place in the catalog */
    uint32_t asked;  /* open questions, and answers that are checked */
    uint32_t queue_count;
    struct content_part queue[LIMIT_PARTS_QUEUED]; /* to be asked for, in order */
    uint64_t missed[CATALOG_HOLDER_WORDS];         /* links that do not have it after all */
    int64_t retry_ms;                              /* nobody had it: when to ask all of them again; 0 = not */
};
/* A question of a peer. */
struct want_row {
    bool in_use;
    bool is_running;
    uint32_t link;
    uint32_t req;
    struct object_id id;
    uint32_t offset, length;
    uint64_t order;
};
struct content_ban {
    struct node_id peer;
    int64_t until_ms; /* 0: a free row */
};
struct holding_change {
    struct object_id id;
    bool is_held;
};
struct content {
    struct catalog catalog;                      /* owner: content, holdings (holders) */
    struct ask_table asks;                       /* owner: download */
    struct download *downloads;                  /* owner: download; LIMIT_DOWNLOADS_MAX */
    size_t first_download;                       /* owner: download; whose turn it is */
    uint64_t asked_bytes;                        /* owner: download; in the host's memory, or on the way there */
    struct content_ban bans[LIMIT_CONTENT_BANS]; /* owner: download */
    int64_t next_look_ms;                        /* owner: download; at answers that do not come */
    struct byte_pace pace;                       /* owner: download; of what is asked for */
    bool is_paced;                               /* owner: download; something waits for the pace */
    struct want_row *wants;                      /* owner: upload; LIMIT_WANTS_MAX */
    size_t want_count, serving;                  /* owner: upload */
    uint64_t next_want;                          /* owner: upload */
    int64_t halve_ms;                            /* owner: upload */
    struct holding_change *log;                  /* owner: holdings; LIMIT_HAVE_LOG */
    uint64_t log_count;                          /* owner: holdings; changes so far */
    struct content_peer *peers;                  /* by the link's place in its table */
    size_t peer_count;
};

bool content_init(struct content *content, size_t files, size_t links, uint64_t seed); /* false without memory */
void content_deinit(struct content *content);
struct content_peer *content_peer_of(const struct engine *engine, const struct link_row *link);
/* Both ends take part, the link is open, and no control forbids it. */
bool content_may(const struct engine *engine, const struct link_row *link);

void content_link_changed(struct engine *engine, struct link_row *link,
                          int64_t now_ms); /* opened, or not open any more */
void content_file(struct engine *engine, const struct input *input, int64_t now_ms);
void content_tick(struct engine *engine, int64_t now_ms);
int64_t content_deadline_ms(const struct engine *engine);
