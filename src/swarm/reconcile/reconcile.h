/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Two nodes find out which records each of them has and the other has not, at a price that follows the difference and
 * not the size of their sets: they compare fingerprints of ranges, cut those that differ into 16 and compare again, and
 * of ranges with fewer than 32 items they send the ids.
 *
 *     initiator  --- 16 fingerprints --->  responder
 *                <-- of each that differs: 16 finer ones, or a list of ids ---
 *                --- ... until nothing is left to ask: done
 *
 * Only the initiator learns something: `have`, what it should give, and `need`, what it should get. Each message says
 * all that has to be known to answer it; a session keeps no more than its role and a count, and sets may change between
 * messages.
 *
 * What a stranger can do with it. A message is checked as a whole before a word of it is believed. An answer is never
 * longer than our frame, whatever asked for it; what an answer costs us is bounded by that and by the size of the
 * message (some thousand fingerprints of O(log n) and half a block each); who asks again and again is stopped by
 * `rounds_max`, and by the pace of its link. Ids that it lists without having them are told as `need` and are not found
 * when they are asked for. An id that we have at another time than the one who listed it is told as `need`, too: look
 * before asking.
 *
 * Owns: nothing; the set and the sink's context are borrowed while the session is used.
 * Never: allocates, reads a clock, sends; 5 KB of stack while a message is taken.
 * Full: see `have`, and reconcile_needs_max.
 * Spec: Negentropy protocol v1 (github.com/hoytech/negentropy), as in NIP-77; Range-Based Set Reconciliation
 * (Meyer 2023). */

#include "swarm/limits.h"
#include "swarm/reconcile/ordered_set.h"
#include "swarm/refusal.h"

enum reconcile_role { RECONCILE_INITIATOR, RECONCILE_RESPONDER };

/* NEW -> RUNNING -> DONE | REFUSED; a responder is RUNNING from the start and never DONE: the other just stops asking.
 */
enum reconcile_state { RECONCILE_NEW, RECONCILE_RUNNING, RECONCILE_DONE, RECONCILE_REFUSED };

/* What the initiator learns, while it takes a message; neither call may change the set. Together it is all that
 * differs. In a session whose messages fill their frames an id may come again, as "the rest" of a full message goes
 * over what was told before and still differs: what is told belongs into a set. */
struct reconcile_sink {
    void *context;
    /* We have it and the other has not; in the order of the set. false: no room, this one is not taken; the answer asks
     * for all from there on again, and `need` of the same range may name ids that we have. One message of five bytes
     * can tell of all our items, so a sink has a limit. */
    bool (*have)(void *context, const struct set_item *item);
    /* The other has it, or says so, and we have not. Of one message at most reconcile_needs_max; who has no room for so
     * many does not take the message yet. When it was made is not said, only where the list that it stands in begins:
     * who puts what was told in the order of these places, and what is of one place as it was told, has it in the order
     * of the other's set. */
    void (*need)(void *context, const struct object_id *id, const struct set_item *from);
};

struct reconcile_options {
    enum reconcile_role role;
    struct ordered_set set;
    struct reconcile_sink sink; /* of an initiator */
    size_t frame_size;          /* of our messages: LIMIT_RECONCILE_FRAME_MIN..LIMIT_RECONCILE_MESSAGE_MAX */
    uint32_t rounds_max;        /* messages taken; LIMIT_RECONCILE_ROUNDS unless there is a reason */
};

struct reconcile { /* read it as you like, write it by the functions below */
    struct reconcile_options options;
    enum reconcile_state state;
    uint32_t rounds; /* messages taken so far */
};

void reconcile_init(struct reconcile *reconcile, const struct reconcile_options *options);
/* The initiator's first message, behind what `out` holds; it has room for a frame. */
void reconcile_begin(struct reconcile *reconcile, struct buffer *out);
/* A message came: tells the sink what it says, and writes the answer. An initiator that writes nothing is DONE. A
 * responder answers a protocol that it does not speak with the version of ours, alone. When it is refused, nothing is
 * written, nothing was told, and the session is over: RECONCILE_TOO_LARGE, _VERSION, what range_reader_take refuses,
 * _DOUBLE (an id twice in one message), _ROUNDS; and _UNASKED, which changes nothing: it has not begun, or was over. */
enum refusal reconcile_take(struct reconcile *reconcile, struct span message, struct buffer *out);

static inline size_t reconcile_needs_max(size_t message_size) {
    return message_size / sizeof(struct object_id);
}
