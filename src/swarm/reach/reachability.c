/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/reach/reachability.h"

#include "swarm/engine_inside.h"
#include "swarm/handlers.h"
#include "swarm/reach/advertise.h"
#include "swarm/reach/observed_address.h"
#include "swarm/wire/probe.h"
#include "swarm/wire/probed.h"

#include <string.h>

/* An answer takes at most a dial, its handshakes and a goodbye; and some time on the way. */
enum { ANSWER_MS_MAX = LIMIT_CONNECT_MS + LIMIT_TLS_MS + LIMIT_HELLO_MS + 5000 };
enum { NEXT_MS = 2000, LOOK_AGAIN_MS = 10000, PUBLIC_PREFIXES_MIN = 2, PRIVATE_FAILURES_MIN = 3 };

const char *reachability_name(enum reachability state) {
    static const char *const names[] = {"unknown", "public", "private"};
    return names[state];
}

static const enum address_family families[REACHABILITY_FAMILIES] = {ADDRESS_IPV4, ADDRESS_IPV6};

void reachability_start(struct engine *engine, int64_t now_ms) {
    for (size_t i = 0; i < REACHABILITY_FAMILIES; i++) {
        struct reachability_family *family = &engine->reachability.families[i];
        family->next_probe_ms = engine->reachability.listen_port == 0 ? INT64_MAX : now_ms + LOOK_AGAIN_MS;
    }
}

/* What the witnesses say. */

static bool is_recent(const struct reachability_witness *witness, int64_t now_ms) {
    return now_ms - witness->at_ms < LIMIT_PROBE_HOUR_MS;
}

/* How many networks got through lately; several nodes of one count once. */
static size_t count_prefixes(const struct reachability_family *family, int64_t now_ms) {
    size_t count = 0;
    for (size_t i = 0; i < family->witness_count; i++) {
        const struct reachability_witness *witness = &family->witnesses[i];
        bool is_new = witness->reason == REASON_NONE && is_recent(witness, now_ms);
        for (size_t k = 0; k < i && is_new; k++) {
            const struct reachability_witness *other = &family->witnesses[k];
            if (other->reason == REASON_NONE && address_equal(&other->prefix, &witness->prefix)) is_new = false;
        }
        count += is_new;
    }
    return count;
}

static size_t count_failures(const struct reachability_family *family, int64_t now_ms) {
    size_t count = 0;
    for (size_t i = 0; i < family->witness_count; i++) {
        const struct reachability_witness *witness = &family->witnesses[i];
        count += witness->reason != REASON_NONE && is_recent(witness, now_ms);
    }
    return count;
}

static enum reachability judge(const struct reachability_family *family, int64_t now_ms) {
    size_t prefixes = count_prefixes(family, now_ms);
    if (prefixes >= PUBLIC_PREFIXES_MIN) return REACHABILITY_PUBLIC;
    bool is_private = prefixes == 0 && count_failures(family, now_ms) >= PRIVATE_FAILURES_MIN;
    return is_private ? REACHABILITY_PRIVATE : REACHABILITY_UNKNOWN;
}

static void enter(struct engine *engine, struct reachability_family *family, enum reachability state, int64_t now_ms) {
    if (family->state == state) return;
    family->state = state;
    family->since_ms = now_ms;
    struct event *event = engine_emit(engine, EVENT_REACHABILITY_CHANGED, now_ms);
    event->has_address = family->has_seen;
    event->address = family->seen;
    event_set_text(event, reachability_name(state));
    advertise_update(engine, now_ms);
}

static void plan_next(struct engine *engine, struct reachability_family *family, int64_t now_ms) {
    int64_t wait_ms = family->state == REACHABILITY_UNKNOWN ? NEXT_MS : LIMIT_PROBE_AGAIN_MS;
    family->next_probe_ms = now_ms + prng_jitter(&engine->prng, wait_ms, 20);
}

static void forget_node(struct reachability_family *family, const struct node_id *node) {
    size_t kept = 0;
    for (size_t i = 0; i < family->witness_count; i++) {
        if (!node_id_equal(&family->witnesses[i].node, node)) family->witnesses[kept++] = family->witnesses[i];
    }
    family->witness_count = kept;
}

static void testify(struct reachability_family *family, const struct reachability_witness *witness) {
    forget_node(family, &witness->node);
    if (family->witness_count < REACHABILITY_WITNESSES_MAX) family->witness_count++;
    for (size_t i = family->witness_count; i-- > 1;) family->witnesses[i] = family->witnesses[i - 1];
    family->witnesses[0] = *witness;
}

/* Where we are seen. */

static void start_over(struct engine *engine, struct reachability_family *family, int64_t now_ms) {
    family->has_seen = false;
    family->witness_count = 0;
    enter(engine, family, REACHABILITY_UNKNOWN, now_ms);
}

void reachability_forget(struct engine *engine, int64_t now_ms) {
    engine->reachability.probe.link = 0;
    for (size_t i = 0; i < REACHABILITY_FAMILIES; i++) start_over(engine, &engine->reachability.families[i], now_ms);
    reachability_start(engine, now_ms);
}

static void see(struct engine *engine, struct reachability_family *family, const struct address *seen, int64_t now_ms) {
    struct address own = *seen;
    own.port = engine->reachability.listen_port;
    if (family->has_seen && !address_equal(&family->seen, &own)) start_over(engine, family, now_ms);
    family->has_seen = true;
    family->seen = own;
}

/* Asking. */

static bool has_testified_lately(const struct reachability_family *family, const struct link_row *link,
                                 int64_t now_ms) {
    struct address prefix = address_diversity_prefix(&link->address);
    for (size_t i = 0; i < family->witness_count; i++) {
        const struct reachability_witness *witness = &family->witnesses[i];
        bool is_of_it = address_equal(&witness->prefix, &prefix) || node_id_equal(&witness->node, &link->node_id);
        if (is_of_it && now_ms - witness->at_ms < LIMIT_PROBE_AGAIN_MS / 2) return true;
    }
    return false;
}

/* A link by chance that sees us there and was not asked lately; of another network than the last ones if there is. */
static struct link_row *pick_asked(struct engine *engine, const struct reachability_family *family, bool is_choosy,
                                   int64_t now_ms) {
    struct link_row *picked = NULL;
    uint32_t count = 0;
    for (size_t i = 0; i < engine->links.capacity; i++) {
        struct link_row *link = &engine->links.rows[i];
        bool is_of_us = observed_address_is_confirmed_by(link, &family->seen);
        bool was_asked = link->probe_asked_at_ms != 0 && now_ms - link->probe_asked_at_ms < LIMIT_PROBE_MS;
        if (!is_of_us || was_asked || (is_choosy && has_testified_lately(family, link, now_ms))) continue;
        if (prng_below(&engine->prng, ++count) == 0) picked = link;
    }
    return picked;
}

static void ask(struct engine *engine, struct link_row *link, uint8_t family, int64_t now_ms) {
    struct reachability_probe *asked = &engine->reachability.probe;
    struct probe probe = {.address = engine->reachability.families[family].seen};
    *asked = (struct reachability_probe){
        .link = link->id, .family = family, .node = link->node_id, .ends_ms = now_ms + ANSWER_MS_MAX};
    entropy_fill(&engine->entropy, asked->nonce, sizeof asked->nonce);
    memcpy(probe.nonce, asked->nonce, sizeof probe.nonce);
    link->probe_asked_at_ms = now_ms;
    struct buffer body = engine_body(engine);
    probe_build(&body, &probe);
    engine_send(engine, link->id, MESSAGE_PROBE, &body);
}

static void look(struct engine *engine, uint8_t index, int64_t now_ms) {
    struct reachability_family *family = &engine->reachability.families[index];
    family->next_probe_ms = now_ms + LOOK_AGAIN_MS;
    enter(engine, family, judge(family, now_ms), now_ms); /* witnesses grow old */
    const struct address *seen = observed_address(engine, families[index]);
    if (seen == NULL) return;
    see(engine, family, seen, now_ms);
    struct link_row *link = pick_asked(engine, family, true, now_ms);
    if (link == NULL && family->state != REACHABILITY_UNKNOWN) link = pick_asked(engine, family, false, now_ms);
    if (link != NULL) ask(engine, link, index, now_ms);
}

static void end_probe(struct engine *engine, int64_t now_ms) {
    struct reachability_probe *asked = &engine->reachability.probe;
    asked->link = 0;
    plan_next(engine, &engine->reachability.families[asked->family], now_ms);
}

void reachability_tick(struct engine *engine, int64_t now_ms) {
    struct reachability_probe *asked = &engine->reachability.probe;
    if (engine->is_stopping || engine->started_at_ms == 0 || engine->reachability.listen_port == 0) return;
    if (asked->link != 0 && asked->ends_ms <= now_ms) end_probe(engine, now_ms);
    for (uint8_t i = 0; i < REACHABILITY_FAMILIES && asked->link == 0; i++) {
        if (engine->reachability.families[i].next_probe_ms <= now_ms) look(engine, i, now_ms);
    }
}

int64_t reachability_deadline_ms(const struct engine *engine) {
    const struct reachability_probe *asked = &engine->reachability.probe;
    int64_t deadline_ms = INT64_MAX;
    if (engine->reachability.listen_port == 0) return INT64_MAX;
    if (asked->link != 0) return asked->ends_ms;
    for (size_t i = 0; i < REACHABILITY_FAMILIES; i++) {
        int64_t next_ms = engine->reachability.families[i].next_probe_ms;
        if (next_ms < deadline_ms) deadline_ms = next_ms;
    }
    return deadline_ms;
}

bool reachability_arrived(struct engine *engine, const struct link_row *link, const struct hello *hello) {
    struct reachability_probe *asked = &engine->reachability.probe;
    bool is_ours = asked->link != 0 && node_id_equal(&asked->node, &link->node_id) &&
                   memcmp(asked->nonce, hello->probe, sizeof asked->nonce) == 0;
    if (is_ours) asked->has_arrived = true;
    return is_ours;
}

/* Words that say something about the way; who had no room for a test has seen nothing. */
static bool is_about_the_way(enum reason reason) {
    switch (reason) {
    case REASON_UNREACHABLE:
    case REASON_TIMEOUT:
    case REASON_REFUSED:
    case REASON_RESET:
    case REASON_TLS_FAILED:
    case REASON_IDENTITY: return true;
    default: return false;
    }
}

static void tell_outcome(struct engine *engine, const struct link_row *link, const struct address *address,
                         enum reason reason, int64_t now_ms) {
    struct event *event = engine_emit_peer(engine, EVENT_PROBE_ENDED, &link->node_id, now_ms);
    event->has_address = true;
    event->address = *address;
    event->reason = (uint8_t)reason;
    event_set_text(event, reason == REASON_NONE ? "it got through" : "it did not get through");
}

/* A yes counts if we saw it arrive, and then a no does not. */
void reachability_on_probed(struct engine *engine, struct link_row *link, const struct probed *probed, int64_t now_ms) {
    struct reachability_probe *asked = &engine->reachability.probe;
    if (asked->link != link->id || memcmp(asked->nonce, probed->nonce, sizeof asked->nonce) != 0) return;
    struct reachability_family *family = &engine->reachability.families[asked->family];
    struct reachability_witness witness = {
        .node = link->node_id,
        .prefix = address_diversity_prefix(&link->address),
        .at_ms = now_ms,
        .reason = asked->has_arrived ? REASON_NONE : probed->reason,
    };
    bool counts = asked->has_arrived || (!probed->is_ok && is_about_the_way(probed->reason));
    if (counts) {
        testify(family, &witness);
        tell_outcome(engine, link, &family->seen, witness.reason, now_ms);
        enter(engine, family, judge(family, now_ms), now_ms);
    }
    end_probe(engine, now_ms);
}

void reachability_link_ended(struct engine *engine, const struct link_row *link, int64_t now_ms) {
    if (engine->reachability.probe.link == link->id) end_probe(engine, now_ms);
}
