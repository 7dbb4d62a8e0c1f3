/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/sync_rig.h"

#include "base/memory.h"
#include "swarm/wire/lack.h"
#include "swarm/wire/record_frame.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { SET_MAX = 20000 };

struct checked_record sync_rig_record(const struct rig *rig, uint32_t number, uint32_t author) {
    struct checked_record record = broadcast_rig_record(rig, number, author);
    record.at_ms = RIG_WALL_MS - SYNC_RIG_AGE_MS + number;
    return record;
}

struct set_item sync_rig_item(const struct rig *rig, uint32_t number) {
    const struct checked_record record = sync_rig_record(rig, number, 0);
    return (struct set_item){(uint64_t)record.at_ms, record.id};
}

uint32_t sync_rig_number(const struct object_id *id) {
    return bytes_read_u32(id->bytes + 1);
}

uint32_t sync_rig_link_to(struct rig *rig, const struct rig_peer *peer, bool takes_part) {
    struct rig_peer near = *peer;
    struct hello hello = rig_hello(peer);
    hello.mesh = MESH_WISH_HIGH;
    hello.feature_count = takes_part ? 1 : 0;
    (void)snprintf(hello.features[0], sizeof hello.features[0], "%s", FEATURE_SYNC);
    near.address.ip[0] = 10; /* no place is kept for our own calls on a private network */
    const uint32_t link = rig_up_inbound(rig, &near);
    rig_say(rig, link, MESSAGE_HELLO, &hello);
    assert_int_equal(rig_link(rig, link).state, LINK_STATE_OPEN);
    return link;
}

uint32_t sync_rig_link(struct rig *rig, uint32_t number) {
    const struct rig_peer peer = rig_peer(number);
    return sync_rig_link_to(rig, &peer, true);
}

uint32_t sync_rig_link_of_ours(struct rig *rig) {
    const struct rig_peer larger = rig_peer_beside(rig, false);
    return sync_rig_link_to(rig, &larger, true);
}

void sync_rig_keep(struct rig *rig, uint32_t first, uint32_t count, bool is_own) {
    for (uint32_t i = first; i < first + count; i++) {
        const struct set_item item = sync_rig_item(rig, i);
        struct input input = {.kind = INPUT_RECORD_KEPT};
        input.as.kept.id = &item.id;
        input.as.kept.at_ms = (int64_t)item.timestamp;
        input.as.kept.is_own = is_own;
        rig_feed(rig, &input);
    }
}

void sync_rig_gone(struct rig *rig, uint32_t number) {
    const struct set_item item = sync_rig_item(rig, number);
    struct input input = {.kind = INPUT_RECORD_GONE};
    input.as.kept.id = &item.id;
    input.as.kept.at_ms = (int64_t)item.timestamp;
    rig_feed(rig, &input);
}

void sync_rig_say(struct rig *rig, uint32_t link, enum sync_role role, uint32_t session, uint64_t since,
                  struct span message) {
    const struct sync_frame frame = {role, session, since, message};
    rig_say(rig, link, MESSAGE_SYNC_FRAME, &frame);
}

void sync_rig_lack(struct rig *rig, uint32_t link, const uint32_t *numbers, size_t count) {
    struct object_id ids[LIMIT_LACK_IDS];
    assert_in_range(count, 1, LIMIT_LACK_IDS);
    for (size_t i = 0; i < count; i++) ids[i] = sync_rig_item(rig, numbers[i]).id;
    rig_say(rig, link, MESSAGE_LACK, &(struct lack){count, ids});
}

void sync_rig_give_of(struct rig *rig, uint32_t link, uint32_t number, uint32_t author) {
    const struct record_frame frame = {.publication = {.record = sync_rig_record(rig, number, author)}};
    rig_say(rig, link, MESSAGE_RECORD_FRAME, &frame);
}

void sync_rig_give(struct rig *rig, uint32_t link, uint32_t number) {
    sync_rig_give_of(rig, link, number, number);
}

void sync_rig_sent(struct rig *rig, uint32_t link, uint32_t number, uint32_t bytes) {
    const struct set_item item = sync_rig_item(rig, number);
    struct input input = {.kind = INPUT_RECORD_SENT};
    input.as.sent.link = link;
    input.as.sent.id = &item.id;
    input.as.sent.bytes = bytes;
    rig_feed(rig, &input);
}

/* ---- What it wants ---- */

static const struct action *sent(const struct rig *rig, uint32_t link, uint8_t type, size_t nth) {
    for (size_t i = 0; i < rig->kept_count; i++) {
        const struct action *action = &rig->kept[i].action;
        if (action->kind == ACTION_SEND && action->link == link && action->type == type && nth-- == 0) return action;
    }
    return NULL;
}

const struct sync_frame *sync_rig_said(const struct rig *rig, uint32_t link, size_t nth) {
    static _Alignas(16) uint8_t memory[256];
    struct arena arena = arena_over(memory, sizeof memory);
    const struct action *action = sent(rig, link, MESSAGE_SYNC_FRAME, nth);
    const void *frame = NULL;
    if (action == NULL) return NULL;
    assert_int_equal(sync_frame_check(action->bytes, NULL, &arena, &frame), REFUSAL_NONE);
    return frame;
}

size_t sync_rig_lacked(const struct rig *rig, uint32_t link, uint32_t *numbers, size_t max) {
    size_t count = 0;
    for (size_t nth = 0; sent(rig, link, MESSAGE_LACK, nth) != NULL; nth++) {
        const struct span body = sent(rig, link, MESSAGE_LACK, nth)->bytes;
        assert_in_range(body.size, sizeof(struct object_id), LIMIT_LACK_IDS * sizeof(struct object_id));
        for (size_t at = 0; at < body.size; at += sizeof(struct object_id)) {
            assert_in_range(count, 0, max - 1);
            numbers[count++] = bytes_read_u32(body.at + at + 1);
        }
    }
    return count;
}

size_t sync_rig_sends(const struct rig *rig, uint32_t link, uint32_t *numbers, size_t max) {
    size_t count = 0;
    for (size_t i = 0; i < rig_count(rig, ACTION_SEND_RECORD); i++) {
        const struct action *action = rig_action(rig, ACTION_SEND_RECORD, i);
        if (action->link != link) continue;
        assert_in_range(count, 0, max - 1);
        numbers[count++] = sync_rig_number(&action->as.send.id);
    }
    return count;
}

size_t sync_rig_sends_all(struct rig *rig, uint32_t link, uint32_t *numbers, size_t max) {
    size_t count = sync_rig_sends(rig, link, numbers, max);
    for (size_t i = 0; i < count; i++) {
        sync_rig_sent(rig, link, numbers[i], 300);
        count += sync_rig_sends(rig, link, numbers + count, max - count);
    }
    return count;
}

/* ---- The peer ---- */

struct sync_rig_peer *sync_rig_peer_new(struct rig *rig, uint32_t link) {
    struct sync_rig_peer *peer = memory_zeroed(1, sizeof *peer);
    peer->rig = rig;
    peer->link = link;
    peer->set = block_set_new(SET_MAX);
    assert_non_null(peer->set);
    return peer;
}

void sync_rig_peer_free(struct sync_rig_peer *peer) {
    block_set_free(peer->set);
    memory_free(peer);
}

void sync_rig_peer_add(struct sync_rig_peer *peer, uint32_t first, uint32_t count) {
    for (uint32_t i = first; i < first + count; i++) {
        const struct set_item item = sync_rig_item(peer->rig, i);
        assert_int_equal(block_set_add(peer->set, &item), BLOCK_SET_ADDED);
    }
}

static bool have(void *context, const struct set_item *item) {
    struct sync_rig_peer *peer = context;
    assert_in_range(peer->have_count, 0, SYNC_RIG_TOLD_MAX - 1);
    peer->haves[peer->have_count++] = sync_rig_number(&item->id);
    return true;
}

static void need(void *context, const struct object_id *id, const struct set_item *from) {
    struct sync_rig_peer *peer = context;
    (void)from;
    assert_in_range(peer->need_count, 0, SYNC_RIG_TOLD_MAX - 1);
    peer->needs[peer->need_count++] = sync_rig_number(id);
}

static void session_begin(struct sync_rig_peer *peer, struct reconcile *session, enum reconcile_role role) {
    const struct reconcile_options options = {
        .role = role,
        .set = block_set_view(peer->set),
        .sink = {peer, have, need},
        .frame_size = LIMIT_RECONCILE_MESSAGE_MAX,
        .rounds_max = LIMIT_RECONCILE_ROUNDS,
    };
    reconcile_init(session, &options);
}

size_t sync_rig_peer_answers(struct sync_rig_peer *peer) {
    static uint8_t memory[LIMIT_RECONCILE_MESSAGE_MAX];
    struct reconcile session;
    session_begin(peer, &session, RECONCILE_RESPONDER);
    peer->rounds = 0;
    for (;;) {
        const struct sync_frame *frame = sync_rig_said(peer->rig, peer->link, 0);
        if (frame == NULL || frame->role != SYNC_ASK) return peer->rounds;
        struct buffer answer = buffer_over(memory, sizeof memory);
        assert_int_equal(reconcile_take(&session, frame->message, &answer), REFUSAL_NONE);
        peer->rounds++;
        peer->session = frame->session;
        peer->since = frame->since;
        sync_rig_say(peer->rig, peer->link, SYNC_ANSWER, peer->session, peer->since, buffer_span(&answer));
    }
}

void sync_rig_peer_asks(struct sync_rig_peer *peer, uint32_t session_name, uint64_t since) {
    static uint8_t memory[LIMIT_RECONCILE_MESSAGE_MAX];
    struct reconcile session;
    struct buffer ask = buffer_over(memory, sizeof memory);
    session_begin(peer, &session, RECONCILE_INITIATOR);
    peer->have_count = peer->need_count = peer->rounds = 0;
    reconcile_begin(&session, &ask);
    while (session.state == RECONCILE_RUNNING) {
        sync_rig_say(peer->rig, peer->link, SYNC_ASK, session_name, since, buffer_span(&ask));
        const struct sync_frame *frame = sync_rig_said(peer->rig, peer->link, 0);
        assert_non_null(frame);
        assert_int_equal(frame->role, SYNC_ANSWER);
        assert_int_equal(frame->session, session_name);
        ask = buffer_over(memory, sizeof memory);
        assert_int_equal(reconcile_take(&session, frame->message, &ask), REFUSAL_NONE);
        peer->rounds++;
    }
}
