/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/liar.h"

#include "base/memory.h"
#include "base/must.h"
#include "swarm/wire/data.h"
#include "swarm/wire/ticket_frame.h"
#include "swarm/wire/view.h"

#include <string.h>

const char *liar_kind_name(enum liar_kind kind) {
    static const char *const names[] = {"honest", "forger", "replayer", "flooder", "sybil",
                                        "mute",   "miser",  "garbler",  "phantom", "dawdler"};
    _Static_assert(sizeof names / sizeof names[0] == LIAR_KIND_COUNT, "a name for each");
    return names[kind];
}

/* 198.19.255.0/24 lies in the network that is set aside for benchmarks; no simulated node stands there. */
struct liar *liar_new(enum liar_kind kind, uint64_t seed) {
    struct liar *liar = memory_zeroed(1, sizeof *liar);
    liar->kind = kind;
    liar->prng = prng_seeded(seed);
    liar->victim = (struct address){.family = ADDRESS_IPV4, .port = 8782, .ip = {198, 19, 255, 1}};
    return liar;
}

void liar_free(struct liar *liar) {
    memory_free(liar);
}

/* Tickets that were never heard. */

static struct address invented_address(struct liar *liar) {
    struct address address = liar->victim;
    if (liar->kind == LIAR_FLOODER) address.port = (uint16_t)(8000 + prng_below(&liar->prng, 100));
    if (liar->kind == LIAR_SYBIL) address.ip[3] = (uint8_t)(1 + prng_below(&liar->prng, 250));
    return address;
}

static struct ticket invented_ticket(struct liar *liar, const struct liar_scene *scene) {
    struct ticket ticket;
    struct signing_key key;
    uint8_t seed[32];
    char peer_id[NODE_ID_TEXT_SIZE + 1];
    for (size_t i = 0; i < sizeof seed; i++) seed[i] = (uint8_t)prng_next(&liar->prng);
    sign_key_from_seed(&key, seed);
    struct public_key public_key = sign_public_key(&key);
    struct node_id id = node_id_of_key(&public_key);
    struct address address = invented_address(liar);
    struct ticket_draft draft = {
        .peer_id = node_id_text(&id, peer_id),
        .user_id = peer_id,
        .nonce = "AAAAAAAAAAAAAAAA",
        .issued_at_ms = scene->wall_ms,
        .expires_at_ms = scene->wall_ms + LIMIT_TICKET_LIFETIME_MS,
        .addrs = &address,
        .addr_count = 1,
        .is_native = true,
        .community = scene->community,
    };
    must(ticket_sign(&ticket, &draft, &key));
    return ticket;
}

/* Pex. */

struct hand { /* the tickets that will be shown */
    size_t count;
    struct ticket tickets[LIMIT_PEX_TICKETS_MAX];
};

static void show(struct liar *liar, const struct hand *hand, int64_t want, struct span *body, struct buffer *out) {
    const struct ticket *shown[LIMIT_PEX_TICKETS_MAX];
    for (size_t i = 0; i < hand->count; i++) shown[i] = &hand->tickets[i];
    pex_build(out, want, shown, hand->count);
    *body = buffer_span(out);
    liar->lie_count++;
}

static void take_hand(const struct pex *pex, struct hand *hand) {
    hand->count = pex->ticket_count;
    for (size_t i = 0; i < pex->ticket_count; i++) hand->tickets[i] = pex->tickets[i];
}

static void forge(struct hand *hand) {
    for (size_t i = 0; i < hand->count; i++) hand->tickets[i].signature.bytes[0] ^= 1;
}

static void replay(struct liar *liar, struct hand *hand) {
    enum { WORTH_KEEPING = 4 };
    if (liar->heard_count == 0 && hand->count >= WORTH_KEEPING) {
        liar->heard_count = hand->count;
        for (size_t i = 0; i < hand->count; i++) liar->heard[i] = hand->tickets[i];
    }
    if (liar->heard_count == 0) return;
    hand->count = liar->heard_count;
    for (size_t i = 0; i < hand->count; i++) hand->tickets[i] = liar->heard[i];
}

static void invent(struct liar *liar, const struct liar_scene *scene, struct hand *hand) {
    hand->count = LIMIT_PEX_TICKETS_MAX;
    for (size_t i = 0; i < hand->count; i++) hand->tickets[i] = invented_ticket(liar, scene);
}

static void alter_hand(struct liar *liar, const struct liar_scene *scene, struct hand *hand) {
    switch (liar->kind) {
    case LIAR_NONE:
    case LIAR_MUTE:
    case LIAR_GARBLER:
    case LIAR_PHANTOM:
    case LIAR_DAWDLER:
    case LIAR_KIND_COUNT: return;
    case LIAR_FORGER: forge(hand); return;
    case LIAR_REPLAYER: replay(liar, hand); return;
    case LIAR_FLOODER:
    case LIAR_SYBIL: invent(liar, scene, hand); return;
    case LIAR_MISER: hand->count = hand->count == 0 ? 0 : 1; return; /* its own comes first */
    }
}

static bool speak_pex(struct liar *liar, const struct liar_scene *scene, struct span *body, struct buffer *out) {
    struct arena arena = arena_over(scene->arena_memory, LIMIT_CHECK_ARENA);
    const void *checked = NULL;
    must(pex_check(*body, scene->verifier, &arena, &checked) == REFUSAL_NONE);
    const struct pex *pex = checked;
    if (liar->kind == LIAR_MUTE) return pex->want != 0;
    struct hand *hand = memory_zeroed(1, sizeof *hand);
    take_hand(pex, hand);
    alter_hand(liar, scene, hand);
    show(liar, hand, pex->want, body, out);
    memory_free(hand);
    return true;
}

/* Its own ticket. */

static void speak_ticket(struct liar *liar, const struct liar_scene *scene, struct span *body, struct buffer *out) {
    struct arena arena = arena_over(scene->arena_memory, LIMIT_CHECK_ARENA);
    const void *checked = NULL;
    must(ticket_frame_check(*body, scene->verifier, &arena, &checked) == REFUSAL_NONE);
    struct ticket ticket = ((const struct ticket_frame *)checked)->ticket;
    if (!liar->has_own) liar->own = ticket;
    liar->has_own = true;
    if (liar->kind == LIAR_FORGER) ticket.signature.bytes[0] ^= 1;
    if (liar->kind == LIAR_REPLAYER) ticket = liar->own;
    ticket_frame_build(out, &ticket);
    *body = buffer_span(out);
    liar->lie_count++;
}

/* Its links. */

static const uint8_t made_up_mark[8] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

struct node_id liar_made_up_id(uint64_t number) {
    struct node_id id = NODE_ID_NONE;
    memcpy(id.bytes, made_up_mark, sizeof made_up_mark);
    memcpy(id.bytes + sizeof made_up_mark, &number, sizeof number);
    return id;
}

bool liar_made_up(const struct node_id *id) {
    return memcmp(id->bytes, made_up_mark, sizeof made_up_mark) == 0;
}

static void speak_view(struct liar *liar, struct span *body, struct buffer *out) {
    struct view view = {.link_count = LIMIT_VIEW_LINKS_MAX};
    for (size_t i = 0; i < view.link_count; i++)
        view.links[i] = (struct view_link){liar_made_up_id(prng_next(&liar->prng)), LINK_PATH_LAN, 1};
    view_build(out, &view);
    *body = buffer_span(out);
    liar->lie_count++;
}

static void speak_data(struct liar *liar, struct span *body, struct buffer *out) {
    buffer_put(out, *body);
    out->at[DATA_HEAD_SIZE + prng_below(&liar->prng, (uint32_t)(body->size - DATA_HEAD_SIZE))] ^= 1;
    *body = buffer_span(out);
    liar->lie_count++;
}

/* What others said first. */
static bool is_passed_on(uint8_t type) {
    return type == MESSAGE_FORWARD_JOIN || (type >= MESSAGE_GOSSIP && type <= MESSAGE_PRUNE);
}

static bool speak(struct liar *liar, const struct liar_scene *scene, uint8_t type, struct span *body,
                  struct buffer *out) {
    if (liar->kind == LIAR_MISER && is_passed_on(type)) return false;
    if (liar->kind == LIAR_MUTE && type == MESSAGE_PONG) return false;
    if (type == MESSAGE_PEX) return speak_pex(liar, scene, body, out);
    if (type == MESSAGE_DATA && liar->kind == LIAR_GARBLER) speak_data(liar, body, out);
    bool invents = liar->kind == LIAR_FLOODER || liar->kind == LIAR_SYBIL;
    if (type == MESSAGE_VIEW && invents) speak_view(liar, body, out);
    bool shows_itself = liar->kind == LIAR_FORGER || liar->kind == LIAR_REPLAYER;
    if (type == MESSAGE_TICKET_FRAME && shows_itself) speak_ticket(liar, scene, body, out);
    return true;
}

bool liar_speaks(struct liar *liar, const struct liar_scene *scene, uint8_t type, struct span *body,
                 struct buffer *out) {
    bool says_something = speak(liar, scene, type, body, out);
    liar->lie_count += !says_something;
    return says_something;
}
