/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The book of operations: what the caretaker asked for, in the order in which it took effect, and the positions of the
 * switches, and the blocks, that follow from it.
 *
 *     ask --> waits its turn --> being journaled --> takes effect
 *     keep, revert, time ---------------------------> next state, journaled behind it
 *
 * One is journaled at a time, so that each knows what was before it. What is taken back is so at once, even when the
 * disk fails.
 *
 * Owns: its rows, from init to deinit.
 * Never: closes a link, writes to the disk, reads a clock. Whoever holds it does both, by operations_next_unsaved and
 * the positions.
 * Full: the oldest operation goes that nothing rests on; when there is none, what is asked is refused. Blocks, and
 * peers that were approved or rejected, take three quarters of it at most.
 * Spec: CONTRACT 5, decision 17. */

#include "swarm/control/block_list.h"
#include "swarm/control/operation.h"

struct operations {
    size_t capacity;
    size_t count;
    struct operation_row *rows; /* by sequence */
    uint64_t next_sequence;
    uint64_t journaling; /* the id of the one that waits for the disk; 0 = none */
    struct switches switches;
    struct block_list blocks;
    struct block_list spare; /* where the next ones are gathered */
    uint64_t revision;       /* changes with every position */
};
/* An operation in memory. Deadlines are in the engine's time; INT64_MAX = none. */
struct operation_row {
    struct operation operation;
    enum operation_state told; /* the state its caretaker was told of */
    bool is_unsaved;
    bool is_gone;    /* unsaved: it is to be forgotten */
    bool is_keeping; /* awaiting, and its being kept is being journaled: time does not count meanwhile */
    int64_t ends_ms;
    int64_t confirm_ms;
    int64_t noted_ms; /* when the time that is left was last written */
};

struct operation_request {
    enum control control;
    const struct control_target *target; /* NULL: it needs none */
    uint8_t direction;                   /* of block.add */
    int64_t for_ms;                      /* 0 = until somebody changes it */
    int64_t confirm_ms;                  /* 0 = it need not be kept */
    const char *author;                  /* copied, cut to fit */
    const char *reason;
    const char *key; /* empty: none */
};
enum operation_answer {
    OPERATION_ASKED, /* it will be journaled, then take effect */
    OPERATION_KNOWN, /* asked before by the same key */
    OPERATION_OTHER, /* that key was used for something else */
    OPERATION_NO_ROOM,
    OPERATION_DONE, /* kept or reverted */
    OPERATION_ABSENT,
    OPERATION_TOO_LATE,   /* it is not in a state for that */
    OPERATION_FORBIDDEN,  /* a switch is in the way of a call */
    OPERATION_BLOCKED,    /* its target is */
    OPERATION_NO_ADDRESS, /* nobody knows where its target lives, or nobody may be called there */
    OPERATION_LINKED,     /* there is a link already */
    OPERATION_NOT_LINKED,
    OPERATION_BUSY,          /* as many calls as there can be are under way */
    OPERATION_NOBODY_TO_ASK, /* for peers: there is no source, or a switch is in the way */
};

/* What an operation would do to the links there are. */
struct operation_impact {
    size_t links_cut;
    size_t links_left;
};

/* Both clocks. */
struct clocks {
    int64_t now_ms;
    int64_t wall_ms;
};

bool operations_init(struct operations *operations, size_t capacity); /* false without memory */
void operations_deinit(struct operations *operations);

/* From the disk, in any order; then operations_begin. False when it does not hold or there is no room. */
bool operations_load(struct operations *operations, const struct operation *operation);
/* Everything is loaded: what was to be kept and was not is taken back, what has run out meanwhile is over, and no time
 * that is left is more than it was. */
void operations_begin(struct operations *operations, struct clocks at);

enum operation_answer operations_ask(struct operations *operations, const struct operation_request *request,
                                     uint64_t id, struct clocks at);
enum operation_answer operations_keep(struct operations *operations, uint64_t id);
enum operation_answer operations_revert(struct operations *operations, uint64_t id, struct clocks at);
bool operations_can_revert(const struct operation_row *row); /* what it would say */
/* The one that was being journaled is on the disk, or is not. */
void operations_journaled(struct operations *operations, uint64_t id, bool is_kept, struct clocks at);
/* What has run out by now ends; how much is left of the others is written once a minute. */
void operations_tick(struct operations *operations, struct clocks at);
/* The machine slept so long, of which the engine's time knows nothing. */
void operations_woke(struct operations *operations, int64_t stood_ms);
int64_t operations_deadline_ms(const struct operations *operations);

/* The next one to be written (or, is_gone, removed); `waits`: operations_journaled is wanted. Copied. False: none. */
bool operations_next_unsaved(struct operations *operations, struct operation *operation, bool *is_gone, bool *waits,
                             struct clocks at);
const struct operation_row *operations_find(const struct operations *operations, uint64_t id); /* NULL: there is none */
uint64_t operations_id_of_key(const struct operations *operations, const char *key);           /* 0: there is none */
enum standing operations_standing(const struct operations *operations, const struct node_id *id);
/* The newest one in force that says which signaling endpoint is to be used; NULL: there is none, and it is chosen as
 * order and health say. */
const struct operation_row *operations_endpoint(const struct operations *operations);
/* The one that holds the switch where it is; NULL: it rests, or was left so. */
const struct operation_row *operations_holder(const struct operations *operations, enum control_switch which);
