/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/broadcast_rig.h"

#include "swarm/wire/gossip.h"
#include "swarm/wire/graft.h"
#include "swarm/wire/ihave.h"
#include "swarm/wire/prune.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { TEXTS = 32, TEXT_MAX = 32 };

static struct object_id id_of(uint32_t number) {
    struct object_id id = {
        {'r', (uint8_t)(number >> 24), (uint8_t)(number >> 16), (uint8_t)(number >> 8), (uint8_t)number}};
    return id;
}

static struct span text_of(uint32_t number) {
    static char texts[TEXTS][TEXT_MAX];
    static size_t next;
    char *text = texts[next++ % TEXTS];
    (void)snprintf(text, TEXT_MAX, "record %u", number);
    return span_of_text(text);
}

struct checked_record broadcast_rig_record(const struct rig *rig, uint32_t number, uint32_t author) {
    struct checked_record record = {
        .text = text_of(number),
        .id = id_of(number),
        .at_ms = rig_wall_ms(rig),
        .type = SPAN_LITERAL("test"),
    };
    for (size_t i = 0; i < 4; i++) record.key.bytes[i] = (uint8_t)(author >> 8 * i);
    record.author.key = record.key;
    record.node_id = node_id_of_key(&record.key);
    return record;
}

struct object_half broadcast_rig_half(uint32_t number) {
    const struct object_id id = id_of(number);
    return object_half_of(&id);
}

uint32_t broadcast_rig_link_as(struct rig *rig, uint32_t number, enum mesh_wish wish, bool takes_part) {
    struct rig_peer peer = rig_peer(number);
    struct hello hello = rig_hello(&peer);
    hello.mesh = wish;
    hello.feature_count = takes_part ? 1 : 0;
    (void)snprintf(hello.features[0], sizeof hello.features[0], "%s", FEATURE_RECORDS);
    peer.address.ip[0] = 10; /* no place is kept for our own calls on a private network */
    const uint32_t link = rig_up_inbound(rig, &peer);
    rig_say(rig, link, MESSAGE_HELLO, &hello);
    assert_int_equal(rig_link(rig, link).state, LINK_STATE_OPEN);
    return link;
}

uint32_t broadcast_rig_link(struct rig *rig, uint32_t number) {
    return broadcast_rig_link_as(rig, number, MESH_WISH_HIGH, true);
}

void broadcast_rig_gossip(struct rig *rig, uint32_t link, const struct checked_record *record, uint8_t hops) {
    const struct gossip gossip = {.hops = hops, .publication = {.record = *record}};
    rig_say(rig, link, MESSAGE_GOSSIP, &gossip);
}

void broadcast_rig_say(struct rig *rig, uint32_t link, uint32_t number) {
    const struct checked_record record = broadcast_rig_record(rig, number, number);
    broadcast_rig_gossip(rig, link, &record, 0);
}

void broadcast_rig_ihave(struct rig *rig, uint32_t link, uint32_t first, uint32_t count) {
    struct ihave ihave = {.count = count};
    assert_in_range(count, 1, LIMIT_IHAVE_IDS);
    for (uint32_t i = 0; i < count; i++) ihave.ids[i] = broadcast_rig_half(first + i);
    rig_say(rig, link, MESSAGE_IHAVE, &ihave);
}

void broadcast_rig_graft(struct rig *rig, uint32_t link, uint32_t number) {
    const struct graft graft = {broadcast_rig_half(number)};
    rig_say(rig, link, MESSAGE_GRAFT, &graft);
}

void broadcast_rig_prune(struct rig *rig, uint32_t link) {
    const struct prune prune = {0};
    rig_say(rig, link, MESSAGE_PRUNE, &prune);
}

void broadcast_rig_publish(struct rig *rig, const struct checked_record *record) {
    rig_feed(rig, &(struct input){.kind = INPUT_PUBLISH_RECORD, .as.record = record});
}

bool broadcast_rig_delivered(const struct rig *rig, uint32_t number) {
    const struct object_id id = id_of(number);
    for (size_t i = 0; i < rig_count(rig, ACTION_RECORD); i++) {
        const struct action *action = rig_action(rig, ACTION_RECORD, i);
        if (object_id_equal(&action->as.record.id, &id)) return true;
    }
    return false;
}

static const struct action *sent(const struct rig *rig, uint32_t link, uint8_t type, size_t nth) {
    for (size_t i = 0; i < rig->kept_count; i++) {
        const struct action *action = &rig->kept[i].action;
        if (action->kind == ACTION_SEND && action->link == link && action->type == type && nth-- == 0) return action;
    }
    return NULL;
}

size_t broadcast_rig_sent(const struct rig *rig, uint32_t link, uint8_t type) {
    size_t count = 0;
    while (sent(rig, link, type, count) != NULL) count++;
    return count;
}

bool broadcast_rig_sends(const struct rig *rig, uint32_t link, uint32_t number) {
    const struct span text = text_of(number);
    for (size_t i = 0; i < broadcast_rig_sent(rig, link, MESSAGE_GOSSIP); i++) {
        const struct span body = sent(rig, link, MESSAGE_GOSSIP, i)->bytes;
        if (span_equal((struct span){body.at + 1, body.size - 1}, text)) return true;
    }
    return false;
}

/* Whether one of those frames, which hold halves and nothing else, names the record. */
static bool names(const struct rig *rig, uint32_t link, uint8_t type, uint32_t number) {
    const struct object_half half = broadcast_rig_half(number);
    for (size_t i = 0; i < broadcast_rig_sent(rig, link, type); i++) {
        const struct span body = sent(rig, link, type, i)->bytes;
        for (size_t at = 0; at < body.size; at += sizeof half)
            if (memcmp(body.at + at, half.bytes, sizeof half) == 0) return true;
    }
    return false;
}

bool broadcast_rig_announces(const struct rig *rig, uint32_t link, uint32_t number) {
    return names(rig, link, MESSAGE_IHAVE, number);
}

bool broadcast_rig_asks(const struct rig *rig, uint32_t link, uint32_t number) {
    return names(rig, link, MESSAGE_GRAFT, number);
}

uint64_t broadcast_rig_count(const struct rig *rig, enum record_fate fate) {
    return engine_view_counters(rig->engine)->records[fate];
}
