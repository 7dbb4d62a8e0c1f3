/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/replica/possession.h"

#include "base/encoding.h"
#include "base/must.h"
#include "swarm/control/gate.h"
#include "swarm/link/session.h"
#include "swarm/replica/redundancy.h"
#include "swarm/replica/release.h"
#include "swarm/replica/repair.h"
#include "swarm/wire/cancel.h"
#include "swarm/wire/data.h"
#include "swarm/wire/want.h"

static bool is_idle(const struct possession *possession) {
    return !possession->is_choosing && possession->req == 0;
}

static void end(struct possession *possession) {
    *possession = (struct possession){.next_ms = possession->next_ms};
}

/* ---- Of whom, and what ---- */

static bool may_ask(const struct engine *engine, const struct link_row *link) {
    return content_may(engine, link) && content_peer_of(engine, link)->asks < LIMIT_ASKS_PER_LINK / 2;
}

static bool is_proved(const struct holder *holder, int64_t now_ms) {
    const struct claim *claim = holder->claim;
    return claim != NULL && claim_is_proved(claim, LIMIT_PROOF_KEPT_MS / 2, now_ms);
}

/* One that has not proved it lately before the others; by chance. NULL: nobody can be asked. */
static const struct link_row *choose_link(struct engine *engine, const struct file_row *row, bool needs_unproved,
                                          int64_t now_ms) {
    struct holders holders;
    const struct link_row *chosen = NULL;
    uint32_t count = 0;
    holders_by_word(engine, row, &holders, now_ms);
    for (size_t i = 0; i < holders.count; i++) {
        const struct holder *holder = &holders.rows[i];
        if (holder->link == NULL || !may_ask(engine, holder->link)) continue;
        if (needs_unproved && is_proved(holder, now_ms)) continue;
        if (prng_below(&engine->prng, ++count) == 0) chosen = holder->link;
    }
    return chosen;
}

static bool begin(struct engine *engine, const struct file_row *row, const struct link_row *link, int64_t now_ms) {
    struct possession *possession = &engine->replica.possession;
    if (link == NULL) return false;
    possession->is_choosing = true;
    possession->link = link->id;
    possession->file = row->id;
    possession->until_ms = now_ms + LIMIT_PROOF_ANSWER_MS;
    actions_add(engine->actions, ACTION_CHOOSE_PROOF)->as.replica.file = row->id;
    return true;
}

static bool begin_for_release(struct engine *engine, int64_t now_ms) {
    const struct catalog *catalog = &engine->content.catalog;
    for (size_t i = 0; i < catalog->end; i++) {
        const struct file_row *row = &catalog->rows[i];
        if (!release_waits_for_proofs(row, now_ms)) continue;
        if (begin(engine, row, choose_link(engine, row, true, now_ms), now_ms)) return true;
    }
    return false;
}

static bool is_suspect(const struct engine *engine, size_t link_place) {
    const uint8_t unproved = engine->replica.peers[link_place].unproved;
    return unproved > 0 && unproved < LIMIT_PROOF_UNPROVED && may_ask(engine, &engine->links.rows[link_place]);
}

/* Whoever did not answer the last time, of whatever it says that it holds. */
static bool begin_with_suspect(struct engine *engine, int64_t now_ms) {
    const struct catalog *catalog = &engine->content.catalog;
    for (size_t i = 0; i < engine->replica.peer_count; i++) {
        if (!is_suspect(engine, i)) continue;
        for (size_t at = 0; at < catalog->end; at++) {
            const struct file_row *row = &catalog->rows[at];
            if (!row->in_use || row->state != FILE_HELD || !file_row_is_held_by(row, i)) continue;
            return begin(engine, row, &engine->links.rows[i], now_ms);
        }
    }
    return false;
}

/* The first from a row by chance on. */
static bool begin_by_chance(struct engine *engine, int64_t now_ms) {
    const struct catalog *catalog = &engine->content.catalog;
    if (begin_with_suspect(engine, now_ms)) return true;
    if (catalog->end == 0) return false;
    const size_t from = prng_below(&engine->prng, (uint32_t)catalog->end);
    for (size_t i = 0; i < catalog->end; i++) {
        const struct file_row *row = &catalog->rows[(from + i) % catalog->end];
        if (!row->in_use || row->state != FILE_HELD || file_row_count_holders(row) == 0) continue;
        if (begin(engine, row, choose_link(engine, row, false, now_ms), now_ms)) return true;
    }
    return false;
}

/* ---- Asking ---- */

void possession_chosen(struct engine *engine, const struct input *input, int64_t now_ms) {
    struct possession *possession = &engine->replica.possession;
    const struct link_row *link = link_table_find(&engine->links, possession->link);
    const struct content_part *part = &input->as.proof.part;
    must_le(input->as.proof.length, LIMIT_PROOF_BYTES);
    if (!possession->is_choosing || !object_id_equal(input->as.proof.file, &possession->file)) return;
    possession->is_choosing = false;
    struct ask *ask = input->as.proof.length == 0 || link == NULL || !may_ask(engine, link)
                          ? NULL
                          : ask_table_add(&engine->content.asks);
    if (ask == NULL) {
        end(possession);
        return;
    }
    ask->is_proof = true;
    ask->part = (struct content_part){PART_PROOF, part->number, input->as.proof.length, part->id};
    ask->link = link->id;
    ask->asked_ms = ask->heard_ms = now_ms;
    possession->req = ask->req;
    possession->offset = input->as.proof.offset;
    possession->chunk_size = part->size;
    const struct want want = {
        .req = ask->req, .id = part->id, .offset = input->as.proof.offset, .length = input->as.proof.length};
    struct buffer body = engine_body(engine);
    want_build(&body, &want);
    engine_send(engine, link->id, MESSAGE_WANT, &body);
}

/* ---- Answers ---- */

static void take_proved(struct engine *engine, const struct link_row *link, int64_t now_ms) {
    struct claim *claim =
        provider_table_claim(&engine->replica.providers, &engine->replica.possession.file, &link->node_id);
    engine->counters.proofs_right++;
    replica_peer_of(engine, link)->unproved = 0;
    if (claim != NULL) claim_prove(claim, now_ms);
}

static void emit_failed(struct engine *engine, const struct link_row *link, int64_t now_ms) {
    char text[17] = "";
    struct buffer hex = buffer_over((uint8_t *)text, sizeof text - 1);
    hex_write(&hex, (struct span){engine->replica.possession.file.bytes, 8});
    event_set_text(engine_emit_peer(engine, EVENT_PROOF_FAILED, &link->node_id, now_ms), text);
    repair_look_again(engine, now_ms + LIMIT_SWEEP_SOON_MS);
}

static void note_unproved(struct engine *engine, const struct link_row *link, int64_t now_ms) {
    struct replica_peer *peer = replica_peer_of(engine, link);
    if (peer->unproved >= LIMIT_PROOF_UNPROVED) return;
    peer->unproved++;
    if (peer->unproved == LIMIT_PROOF_UNPROVED) emit_failed(engine, link, now_ms);
}

static void ask_again_soon(struct engine *engine, const struct link_row *link, int64_t now_ms) {
    if (replica_peer_of(engine, link)->unproved < LIMIT_PROOF_UNPROVED) possession_soon(engine, now_ms);
}

static void take_disproved(struct engine *engine, const struct link_row *link, int64_t now_ms) {
    const struct object_id *file = &engine->replica.possession.file;
    struct file_row *row = catalog_find(&engine->content.catalog, file);
    struct claim *claim = provider_table_claim(&engine->replica.providers, file, &link->node_id);
    engine->counters.proofs_wrong++;
    if (row != NULL) file_row_set_holder(row, (size_t)(link - engine->links.rows), false);
    if (claim != NULL) {
        claim->is_disproved = true;
        claim->proved_s = 0;
    }
    emit_failed(engine, link, now_ms);
}

static bool is_next_slice(const struct possession *possession, const struct ask *ask, const struct data *data) {
    if (data->bytes.size > ask->part.size - ask->received) return false;
    if (ask->state == ASK_GIVEN_UP) return true;
    return data->total == possession->chunk_size && data->offset == possession->offset + ask->received;
}

static void collect(struct engine *engine, const struct link_row *link, const struct ask *ask,
                    const struct data *data) {
    struct action *action = actions_add(engine->actions, ACTION_COLLECT);
    action->peer = link->node_id;
    action->bytes = data->bytes;
    action->as.collect.req = ask->req;
    action->as.collect.file = engine->replica.possession.file;
    action->as.collect.part = ask->part;
    action->as.collect.total = ask->part.size;
    action->as.collect.offset = ask->received;
    action->as.collect.is_last = ask->received + data->bytes.size == ask->part.size;
}

void possession_data(struct engine *engine, struct link_row *link, struct ask *ask, const struct data *data,
                     int64_t now_ms) {
    struct possession *possession = &engine->replica.possession;
    if (!is_next_slice(possession, ask, data)) {
        session_refuse(engine, link, REASON_PROTOCOL, "a slice that nobody asked for", MESSAGE_DATA, now_ms);
        return;
    }
    if (ask->state == ASK_OPEN) collect(engine, link, ask, data);
    ask->received += (uint32_t)data->bytes.size;
    if (ask->received < ask->part.size) return;
    if (ask->state == ASK_GIVEN_UP) {
        ask_table_remove(&engine->content.asks, ask);
    } else {
        ask->state = ASK_CHECKING;
        possession->until_ms = now_ms + LIMIT_PROOF_ANSWER_MS;
    }
}

/* Who is busy may hold it, and has time until the next question; but no word is worth more than silence. */
void possession_miss(struct engine *engine, struct link_row *link, struct ask *ask, bool is_held, int64_t now_ms) {
    const bool is_asked = ask->state == ASK_OPEN;
    if (is_asked && ask->received > 0) actions_add(engine->actions, ACTION_DISCARD)->as.collect.req = ask->req;
    if (is_asked && !is_held) take_disproved(engine, link, now_ms);
    if (is_asked) note_unproved(engine, link, now_ms);
    ask_table_remove(&engine->content.asks, ask);
    if (is_asked) end(&engine->replica.possession);
}

void possession_checked(struct engine *engine, struct ask *ask, enum part_verdict verdict, int64_t now_ms) {
    const struct link_row *link = link_table_find(&engine->links, ask->link);
    const bool is_own = ask->req == engine->replica.possession.req;
    ask_table_remove(&engine->content.asks, ask);
    if (!is_own) return;
    if (link != NULL && verdict == PART_STORED) take_proved(engine, link, now_ms);
    if (link != NULL && verdict == PART_WRONG) {
        take_disproved(engine, link, now_ms);
        note_unproved(engine, link, now_ms);
        ask_again_soon(engine, link, now_ms);
    }
    end(&engine->replica.possession);
}

/* Silence is no proof of anything, but it is none of possession either. */
static void give_up(struct engine *engine, int64_t now_ms) {
    struct possession *possession = &engine->replica.possession;
    struct ask *ask = ask_table_find(&engine->content.asks, possession->req);
    if (ask != NULL && ask->state == ASK_OPEN) {
        const struct link_row *link = link_table_find(&engine->links, ask->link);
        const struct cancel cancel = {ask->req};
        struct buffer body = engine_body(engine);
        cancel_build(&body, &cancel);
        engine_send(engine, ask->link, MESSAGE_CANCEL, &body);
        if (ask->received > 0) actions_add(engine->actions, ACTION_DISCARD)->as.collect.req = ask->req;
        ask->state = ASK_GIVEN_UP;
        if (link != NULL) note_unproved(engine, link, now_ms);
        if (link != NULL) ask_again_soon(engine, link, now_ms);
    } else if (ask != NULL) {
        ask_table_remove(&engine->content.asks, ask); /* the host never looked */
    }
    end(possession);
}

/* The row of the question goes with all others of that link. */
void possession_link_gone(struct engine *engine, const struct link_row *link) {
    if (engine->replica.possession.link == link->id) end(&engine->replica.possession);
}

/* ---- Time ---- */

void possession_soon(struct engine *engine, int64_t now_ms) {
    struct possession *possession = &engine->replica.possession;
    if (possession->next_ms > now_ms + LIMIT_PROOF_SOON_MS) possession->next_ms = now_ms + LIMIT_PROOF_SOON_MS;
}

void possession_tick(struct engine *engine, int64_t now_ms) {
    struct possession *possession = &engine->replica.possession;
    if (!is_idle(possession)) {
        if (possession->until_ms <= now_ms) give_up(engine, now_ms);
        return;
    }
    if (now_ms < possession->next_ms) return;
    possession->next_ms = now_ms + prng_jitter(&engine->prng, LIMIT_PROOF_EVERY_MS, 20);
    if (!gate_may(engine, DEED_CONTENT)) return;
    if (begin_for_release(engine, now_ms)) {
        possession->next_ms = now_ms + LIMIT_PROOF_SOON_MS;
    } else {
        (void)begin_by_chance(engine, now_ms);
    }
}

int64_t possession_deadline_ms(const struct engine *engine) {
    const struct possession *possession = &engine->replica.possession;
    if (!is_idle(possession)) return possession->until_ms;
    return engine->content.catalog.count == 0 ? INT64_MAX : possession->next_ms;
}
