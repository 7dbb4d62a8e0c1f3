/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/dial/dial_race.h"

#include "swarm/dial/dial.h"
#include "swarm/link/session.h"

static enum dial_way way_of_address(const struct address *address) {
    return address->family == ADDRESS_IPV6 ? DIAL_WAY_IPV6 : DIAL_WAY_IPV4;
}

static enum dial_way way_of_link(const struct link_row *link) {
    return link->transport == LINK_TRANSPORT_WEBRTC ? DIAL_WAY_SIGNALING : way_of_address(&link->address);
}

static bool may_signal(const struct engine *engine, const struct link_row *link, int64_t now_ms) {
    const enum deed deed = link->is_by_hand ? DEED_DIAL_BY_HAND : DEED_DIAL;
    return dial_may_signal(engine, link->has_peer ? &link->node_id : NULL, deed, now_ms);
}

/* The first that was not tried; 0: none. */
static unsigned next_way(const struct engine *engine, const struct link_row *link, const struct address *addrs,
                         size_t count, int64_t now_ms) {
    unsigned ways = may_signal(engine, link, now_ms) ? DIAL_WAY_SIGNALING : 0;
    for (size_t i = 0; i < count; i++) ways |= way_of_address(&addrs[i]);
    ways &= ~(unsigned)link->ways_tried;
    return ways & -ways; /* IPv6 before IPv4 before signaling */
}

void dial_race_begun(const struct engine *engine, struct link_row *link, const struct address *addrs, size_t count,
                     int64_t now_ms) {
    link->ways_tried |= (uint8_t)way_of_link(link);
    const unsigned way = next_way(engine, link, addrs, count, now_ms);
    if (way == 0) return;
    link->race_at_ms = now_ms + (way == DIAL_WAY_SIGNALING ? (int)LIMIT_RACE_SIGNALING_MS : (int)LIMIT_RACE_MS);
}

static bool is_rival(const struct link_row *a, const struct link_row *b) {
    if (a == b || !link_row_is_dial(b)) return false;
    if (a->is_operators && b->is_operators) return a->operator_index == b->operator_index;
    return a->has_peer && b->has_peer && node_id_equal(&a->node_id, &b->node_id);
}

bool dial_race_goes_on(const struct engine *engine, const struct link_row *link) {
    for (size_t i = 0; i < engine->links.capacity; i++) {
        if (is_rival(link, &engine->links.rows[i])) return true;
    }
    return false;
}

void dial_race_won(struct engine *engine, const struct link_row *link, int64_t now_ms) {
    for (size_t i = 0; i < engine->links.capacity; i++) {
        struct link_row *row = &engine->links.rows[i];
        row->race_at_ms = row == link || is_rival(link, row) ? 0 : row->race_at_ms;
        if (!is_rival(link, row) || row->state != LINK_STATE_DIALING) continue;
        session_close(engine, row, REASON_DUPLICATE, "another address answered first", now_ms);
    }
}

/* What the target's addresses are, wherever they stand. */
static struct dial_choice choice_for(const struct engine *engine, const struct link_row *link) {
    struct dial_choice choice = {.family = ADDRESS_NONE};
    if (link->is_operators) {
        const struct operator_peer *peer = &engine->operator_peers[link->operator_index];
        choice.addrs = peer->addrs;
        choice.count = peer->addr_count;
        choice.is_operators = true;
        return choice;
    }
    const struct book_entry *entry = address_book_find(&engine->book, &link->node_id);
    if (entry == NULL) return choice;
    choice.addrs = entry->row.addrs;
    choice.count = entry->row.addr_count;
    choice.from = entry->next_addr;
    return choice;
}

/* The first way that is left and may be taken now. */
static bool choose_way(const struct engine *engine, struct link_row *link, struct dial_choice *choice,
                       const struct address **address, int64_t now_ms) {
    for (unsigned way = next_way(engine, link, choice->addrs, choice->count, now_ms); way != 0;
         way = next_way(engine, link, choice->addrs, choice->count, now_ms)) {
        int64_t next_ms = INT64_MAX;
        link->ways_tried |= (uint8_t)way;
        *address = NULL;
        if (way == DIAL_WAY_SIGNALING) return true;
        choice->family = way == DIAL_WAY_IPV6 ? ADDRESS_IPV6 : ADDRESS_IPV4;
        *address = dial_choose_address(engine, choice, &next_ms, now_ms);
        if (*address != NULL) return true;
    }
    return false;
}

/* The wish and the origin are the first dial's. */
static void start_rival(struct engine *engine, struct link_row *link, int64_t now_ms) {
    link->race_at_ms = 0;
    struct dial_choice choice = choice_for(engine, link);
    const struct address *address;
    if (!choose_way(engine, link, &choice, &address, now_ms)) return;
    const struct link_row first = *link; /* the table may move on */
    struct dial_target target = {
        .address = address,
        .id = first.has_peer ? &first.node_id : NULL,
        .from = first.learned_from,
        .operator_index = first.is_operators ? first.operator_index : -1,
    };
    struct link_row *rival = dial_to(engine, &target, now_ms);
    if (rival == NULL) return;
    rival->wish = first.wish;
    rival->is_exploring = first.is_exploring;
    rival->is_asked_for = first.is_asked_for;
    rival->is_for_content = first.is_for_content;
    rival->ways_tried = first.ways_tried;
    dial_race_begun(engine, rival, choice.addrs, choice.count, now_ms);
}

void dial_race_tick(struct engine *engine, int64_t now_ms) {
    for (size_t i = 0; i < engine->links.capacity; i++) {
        struct link_row *link = &engine->links.rows[i];
        if (!link_row_is_dial(link) || link->race_at_ms == 0 || link->race_at_ms > now_ms) continue;
        if (dial_pending_count(engine) >= LIMIT_DIALS_AT_ONCE) {
            link->race_at_ms = now_ms + LIMIT_RACE_MS; /* the others first */
        } else {
            start_rival(engine, link, now_ms);
        }
    }
}

int64_t dial_race_deadline_ms(const struct engine *engine) {
    int64_t deadline_ms = INT64_MAX;
    for (size_t i = 0; i < engine->links.capacity; i++) {
        const struct link_row *link = &engine->links.rows[i];
        if (!link_row_is_dial(link) || link->race_at_ms == 0) continue;
        if (link->race_at_ms < deadline_ms) deadline_ms = link->race_at_ms;
    }
    return deadline_ms;
}

void dial_race_failed(struct engine *engine, struct link_row *link, int64_t now_ms) {
    if (link->race_at_ms != 0) start_rival(engine, link, now_ms);
}
