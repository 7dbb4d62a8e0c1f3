/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/replica_rig.h"

#include "base/must.h"
#include "swarm/wire/gossip.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { TEXTS = 64 };

void replica_rig_room(struct rig *rig, uint64_t bytes) {
    struct input input = {.kind = INPUT_STORAGE};
    input.as.storage.room_bytes = bytes;
    rig_feed(rig, &input);
}

struct rig *replica_rig(void) {
    struct rig *rig = RIG();
    replica_rig_room(rig, 1 << 30);
    return rig;
}

struct rig *replica_rig_settled(void) {
    struct rig *rig = replica_rig();
    (void)replica_rig_link(rig, 1);
    rig_live(rig, LIMIT_REPAIR_SETTLE_MS);
    return rig;
}

static uint32_t link_as(struct rig *rig, uint32_t number, enum mesh_wish wish) {
    struct rig_peer peer = rig_peer(number);
    struct hello hello = rig_hello(&peer);
    static const char *const features[] = {FEATURE_CONTENT, FEATURE_RECORDS, FEATURE_REPLICAS};
    hello.mesh = wish;
    hello.feature_count = 3;
    for (size_t i = 0; i < 3; i++) (void)snprintf(hello.features[i], sizeof hello.features[i], "%s", features[i]);
    peer.address.ip[0] = 10; /* no place is kept for our own calls on a private network */
    const uint32_t link = rig_up_inbound(rig, &peer);
    rig_say(rig, link, MESSAGE_HELLO, &hello);
    assert_int_equal(rig_link(rig, link).state, LINK_STATE_OPEN);
    return link;
}

uint32_t replica_rig_link(struct rig *rig, uint32_t number) {
    return link_as(rig, number, MESH_WISH_HIGH);
}

uint32_t replica_rig_guest(struct rig *rig, uint32_t number) {
    return link_as(rig, number, MESH_WISH_NONE);
}

void replica_rig_file(struct rig *rig, uint32_t file, enum file_state state, enum holding_role role, uint8_t target) {
    const struct object_id id = content_rig_id(file);
    struct input input = {.kind = INPUT_FILE};
    input.as.file.id = &id;
    input.as.file.state = state;
    input.as.file.role = role;
    input.as.file.target = target;
    input.as.file.bytes = REPLICA_RIG_BYTES;
    rig_feed(rig, &input);
}

/* ---- Records ---- */

static struct checked_record record_of(uint32_t peer, int64_t at_ms, const char *type) {
    static char texts[TEXTS][32];
    static uint32_t made;
    const struct rig_peer signer = rig_peer(peer);
    char *text = texts[made++ % TEXTS];
    (void)snprintf(text, sizeof texts[0], "record %u", made);
    struct checked_record record = {.text = span_of_text(text),
                                    .id = {{'r', (uint8_t)(made >> 16), (uint8_t)(made >> 8), (uint8_t)made}},
                                    .key = signer.public_key,
                                    .node_id = signer.id,
                                    .author = {.key = signer.public_key},
                                    .at_ms = at_ms,
                                    .type = span_of_text(type)};
    return record;
}

void replica_rig_says(struct rig *rig, uint32_t link, const struct replica_rig_advert *said) {
    static struct object_id holds[ADVERT_HOLDS_MAX];
    const int64_t at_ms = rig_wall_ms(rig) + said->later_ms;
    struct gossip gossip = {.publication = {.record = record_of(said->peer, at_ms, ADVERT_TYPE)}};
    struct checked_advert advert = {.id = gossip.publication.record.id,
                                    .node = gossip.publication.record.node_id,
                                    .at_ms = at_ms,
                                    .until_ms = at_ms + (said->life_ms == 0 ? 180000 : said->life_ms),
                                    .page = said->page,
                                    .pages = said->pages == 0 ? 1 : said->pages,
                                    .hold_count = said->count,
                                    .holds = holds};
    must_le(said->count, ADVERT_HOLDS_MAX);
    for (size_t i = 0; i < said->count; i++) holds[i] = content_rig_id(said->first + (uint32_t)i);
    gossip.publication.kind = PUBLICATION_ADVERT;
    gossip.publication.as.advert = &advert;
    rig_say(rig, link, MESSAGE_GOSSIP, &gossip);
}

void replica_rig_holds(struct rig *rig, uint32_t link, uint32_t peer, uint32_t file) {
    replica_rig_says(rig, link, &(struct replica_rig_advert){.peer = peer, .first = file, .count = 1});
}

void replica_rig_gone(struct rig *rig, uint32_t link, uint32_t accuser, const struct node_id *node, int64_t since_ms) {
    struct gossip gossip = {.publication = {.record = record_of(accuser, rig_wall_ms(rig), GONE_TYPE)}};
    const struct checked_gone gone = {
        .accuser = gossip.publication.record.node_id, .node = *node, .since_ms = since_ms};
    gossip.publication.kind = PUBLICATION_GONE;
    gossip.publication.as.gone = &gone;
    rig_say(rig, link, MESSAGE_GOSSIP, &gossip);
}

/* ---- Offers ---- */

void replica_rig_offers(struct rig *rig, uint32_t link, uint32_t first, size_t count, uint64_t bytes) {
    struct offer offer = {.count = count};
    for (size_t i = 0; i < count; i++)
        offer.files[i] = (struct offered_file){content_rig_id(first + (uint32_t)i), bytes};
    rig_say(rig, link, MESSAGE_OFFER, &offer);
}

void replica_rig_answers(struct rig *rig, uint32_t link, uint32_t file, bool takes) {
    struct offered offered = {.take_count = takes, .refuse_count = !takes};
    offered.take[0] = offered.refuse[0] = content_rig_id(file);
    rig_say(rig, link, MESSAGE_OFFERED, &offered);
}

static const void *sent(const struct action *action, uint32_t link, uint8_t type) {
    static _Alignas(16) uint8_t memory[LIMIT_CHECK_ARENA];
    const struct frame frame = {type, action->bytes};
    const bool is_it = action->kind == ACTION_SEND && action->type == type && (link == 0 || action->link == link);
    struct arena arena = arena_over(memory, sizeof memory);
    struct checked_message message;
    if (!is_it) return NULL;
    assert_int_equal(message_check(&frame, NULL, &arena, &message), REFUSAL_NONE);
    return message.body;
}

static size_t count_offers(const struct rig *rig, uint32_t link, uint32_t file) {
    const struct object_id id = content_rig_id(file);
    size_t count = 0;
    for (size_t i = 0; i < rig->kept_count; i++) {
        const struct offer *offer = sent(&rig->kept[i].action, link, MESSAGE_OFFER);
        for (size_t k = 0; offer != NULL && k < offer->count; k++) count += object_id_equal(&offer->files[k].id, &id);
    }
    return count;
}

bool replica_rig_is_offered(const struct rig *rig, uint32_t link, uint32_t file) {
    return count_offers(rig, link, file) > 0;
}

size_t replica_rig_count_offers(const struct rig *rig, uint32_t file) {
    return count_offers(rig, 0, file);
}

static bool answers(const struct rig *rig, uint32_t link, uint32_t file, bool is_taken) {
    const struct object_id id = content_rig_id(file);
    for (size_t i = 0; i < rig->kept_count; i++) {
        const struct offered *offered = sent(&rig->kept[i].action, link, MESSAGE_OFFERED);
        if (offered == NULL) continue;
        const size_t count = is_taken ? offered->take_count : offered->refuse_count;
        for (size_t k = 0; k < count; k++)
            if (object_id_equal(is_taken ? &offered->take[k] : &offered->refuse[k], &id)) return true;
    }
    return false;
}

bool replica_rig_takes(const struct rig *rig, uint32_t link, uint32_t file) {
    return answers(rig, link, file, true);
}

bool replica_rig_refuses(const struct rig *rig, uint32_t link, uint32_t file) {
    return answers(rig, link, file, false);
}

/* ---- The rest ---- */

bool replica_rig_wants(const struct rig *rig, enum action_kind kind, uint32_t file) {
    const struct object_id id = content_rig_id(file);
    for (size_t i = 0; i < rig_count(rig, kind); i++)
        if (object_id_equal(&rig_action(rig, kind, i)->as.replica.file, &id)) return true;
    return false;
}

const struct publication *replica_rig_record(const struct rig *rig, size_t nth) {
    for (size_t i = 0; i < rig_count(rig, ACTION_RECORD); i++) {
        const struct action *action = rig_action(rig, ACTION_RECORD, i);
        if (action->as.record.is_own && nth-- == 0) return action->as.record.publication;
    }
    return NULL;
}

struct redundancy_view replica_rig_view(const struct rig *rig, uint32_t file) {
    const struct object_id id = content_rig_id(file);
    struct redundancy_view view;
    if (!engine_view_redundancy(rig->engine, &id, &view, rig->now_ms)) return (struct redundancy_view){0};
    return view;
}
