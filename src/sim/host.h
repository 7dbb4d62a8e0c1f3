/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* One simulated machine: a key, an address, a disk that stays, and a process (an engine with its edge) that comes and
 * goes. It does for the engine what the daemon does: cuts frames, checks them, carries out actions, wakes it in time.
 * Owns: the engine, the disk, and what has come in of frames that are not whole.
 * Never: does I/O, reads a clock.   Full: the engine's tables bound it. */

#include "base/prng.h"
#include "sim/dial_log.h"
#include "sim/disk.h"
#include "sim/file_host.h"
#include "sim/liar.h"
#include "sim/record_edge.h"
#include "sim/record_log.h"
#include "sim/record_store.h"
#include "sim/stage.h"
#include "swarm/engine.h"
#include "swarm/wire/goodbye.h"
#include "swarm/wire/hello.h"
#include "swarm/wire/intake.h"

struct host_link {
    uint32_t id;
    struct node_id peer; /* as its key proved, or would */
    bool is_deaf;        /* a frame was refused: nothing more is read */
    bool is_signaled;    /* its hello has to prove the key, over these: */
    struct link_binding binding;
    struct intake intake;
    uint8_t *partial; /* the beginning of a frame; NULL = none */
    size_t partial_size;
    uint64_t bytes_in, bytes_out;
};
struct host_options {
    uint64_t seed;
    struct address address; /* its own */
    struct nat nat;
    bool is_advertised; /* its ticket says where to dial it: its public address, whether that is so or not */
    enum liar_kind liar;
    bool has_user;
    bool has_signaling;                                /* a server that it can call and be called through */
    size_t book_rows, passive_tickets, links, records; /* engine capacities */
    int64_t clock_skew_ms;                             /* its wall clock less the true one */
    int64_t measure_every_ms;
    size_t files;
    int64_t uplink_bytes_per_second; /* for slices of files */
    int64_t room_bytes;              /* for files of others; 0 = it says nothing of that, nor of what it holds */
};
struct host_operator_peer {
    struct address address;
    bool has_id;
    struct node_id id;
};
struct host {
    struct stage *stage;
    uint32_t index;
    struct host_options options;
    struct signing_key node_key, user_key;
    struct node_id node_id;
    struct disk disk;
    struct file_host files;
    size_t operator_peer_count;
    struct host_operator_peer operator_peers[LIMIT_OPERATOR_PEERS_MAX];

    struct liar *liar; /* NULL: it is honest */

    struct engine *engine; /* NULL: no process */
    struct prng entropy;
    uint64_t epoch; /* counts the processes */
    int64_t started_at_ms, stopped_at_ms;
    int64_t stalled_until_ms;
    bool is_journaling; /* it is on its way to the disk, and somebody waits until it is there */
    struct operation journaling;
    int64_t wake_at_ms; /* a moment will wake it then; INT64_MAX: none */
    struct host_link *links;
    size_t link_count, link_capacity;
    struct dial_log dial_log;
    struct record_log record_log;
    struct record_store records; /* on the disk */
    bool is_syncing_records;
    size_t sending_count; /* records that are read, to be sent */
    struct record_sending sendings[LIMIT_SENDING_RECORDS];
    uint64_t records_sent;

    int64_t fed_at_ms; /* for the checkers: how often it was fed at that instant */
    uint64_t fed_count;
    uint64_t frames_in, bytes_in, frames_out, bytes_out;
};

void host_init(struct host *host, struct stage *stage, uint32_t index, const struct host_options *options);
void host_deinit(struct host *host);
void host_start(struct host *host); /* loads the disk and begins */
void host_stop(struct host *host);  /* asks it to say goodbye and leave */
void host_crash(struct host *host, enum network_death death);
void host_stall(struct host *host, int64_t until_ms);
void host_set_clock(struct host *host, int64_t skew_ms); /* its wall clock jumps; told when it reads again */
bool host_is_running(const struct host *host);
bool host_is_stalled(const struct host *host);
void host_feed(struct host *host, const struct input *input); /* for scripts: anything an engine can be told */

void host_say(struct host *host, uint32_t link, uint8_t type, struct span body); /* for scripts: any frame */
/* What an honest host would say now; a liar says what it likes. */
void host_utter(struct host *host, uint32_t link, uint8_t type, struct span body);
bool host_is_liar(const struct host *host, enum liar_kind kind);
void host_forget(struct host *host); /* its disk is lost, while it does not run */
/* Signs a body (WIRE W11, without `by`) by the node's key and publishes it; gives its id. For scripts. */
struct object_id host_publish(struct host *host, struct span body);
void host_publish_text(struct host *host, struct span text); /* a record of its own, as record_sign made it */
int64_t host_wall_ms(const struct host *host);               /* its clock, right or wrong */
struct address host_public_address(const struct host *host); /* as the world sees it */

/* The network's and the beacons' side. */
void host_link_up(struct host *host, const struct network_up *up);
void host_bytes(struct host *host, uint32_t link, struct span bytes);
void host_link_down(struct host *host, uint32_t link, enum reason reason);
void host_dial_failed(struct host *host, uint32_t link, enum reason reason, const char *detail);
void host_turned_away(struct host *host, const struct address *remote, enum reason reason);
void host_beacon_answered(struct host *host, const struct beacon_result *result);
