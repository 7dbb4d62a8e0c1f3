/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/link/examination.h"

#include "base/deadline.h"
#include "swarm/control/gate.h"
#include "swarm/handlers.h"
#include "swarm/link/session.h"
#include "swarm/mesh/active_view.h"

#include <math.h>
#include <string.h>

/* ---- Asking ---- */

static void settle(struct engine *engine, struct examination *row, enum examination_state state, int64_t now_ms) {
    row->state = state;
    row->ended_at_ms = now_ms;
    struct event *event = engine_emit_peer(engine, EVENT_FAR_END, &row->peer, now_ms);
    event->figures[0] = now_ms - row->asked_at_ms;
    event_set_text(event, examination_state_name(state));
}

static void send_question(struct engine *engine, struct link_row *link) {
    struct examine examine;
    struct buffer body = engine_body(engine);
    if (link->examine_open == 0) entropy_fill(&engine->entropy, link->examine_nonce, sizeof link->examine_nonce);
    if (link->examine_open < UINT8_MAX) link->examine_open++;
    memcpy(examine.nonce, link->examine_nonce, sizeof examine.nonce);
    examine_build(&body, &examine);
    engine_send(engine, link->id, MESSAGE_EXAMINE, &body);
}

enum examine_answer examination_ask(struct engine *engine, const struct node_id *peer, int64_t now_ms) {
    struct link_row *link = link_table_find_peer(&engine->links, peer, LINK_STATE_OPEN);
    if (link == NULL) return EXAMINE_NO_LINK;
    if (!link->offered_doctor || !engine->examinations.is_answering) return EXAMINE_NOT_HERE;
    if (!link->answers_doctor) return EXAMINE_NOT_THERE;
    const bool was_lately =
        link->examine_asked_at_ms != 0 && now_ms - link->examine_asked_at_ms < LIMIT_EXAMINE_AGAIN_MS;
    if (was_lately) return EXAMINE_TOO_SOON;
    if (examination_table_put(&engine->examinations, peer, link->id, now_ms) == NULL) return EXAMINE_NO_ROOM;
    link->examine_asked_at_ms = now_ms;
    send_question(engine, link);
    return EXAMINE_ASKED;
}

static int64_t due_ms(const struct examination *row) {
    return row->state == EXAMINATION_WAITING ? row->asked_at_ms + LIMIT_EXAMINE_ANSWER_MS : INT64_MAX;
}

void examination_tick(struct engine *engine, int64_t now_ms) {
    for (size_t i = 0; i < LIMIT_EXAMINATIONS; i++) {
        struct examination *row = &engine->examinations.rows[i];
        if (due_ms(row) <= now_ms) settle(engine, row, EXAMINATION_SILENT, now_ms);
    }
}

int64_t examination_deadline_ms(const struct engine *engine) {
    int64_t deadline_ms = INT64_MAX;
    for (size_t i = 0; i < LIMIT_EXAMINATIONS; i++)
        deadline_ms = deadline_earlier(deadline_ms, due_ms(&engine->examinations.rows[i]));
    return deadline_ms;
}

void examination_link_ended(struct engine *engine, const struct link_row *link, int64_t now_ms) {
    struct examination *row = examination_table_waiting(&engine->examinations, link->id);
    if (row != NULL) settle(engine, row, EXAMINATION_CUT, now_ms);
}

void examination_on_findings(struct engine *engine, struct link_row *link, const struct findings *findings,
                             int64_t now_ms) {
    if (link->examine_open == 0 || memcmp(findings->nonce, link->examine_nonce, sizeof findings->nonce) != 0) {
        session_refuse(engine, link, REASON_PROTOCOL, "findings that nobody asked for", MESSAGE_FINDINGS, now_ms);
        return;
    }
    link->examine_open--;
    struct examination *row = examination_table_waiting(&engine->examinations, link->id);
    if (row == NULL) return; /* too late to be of use */
    row->findings = *findings;
    settle(engine, row, EXAMINATION_ANSWERED, now_ms);
}

/* ---- Answering ---- */

static int64_t ppm_of(double share) {
    return share < 0 ? -1 : llround((share > 1 ? 1 : share) * FINDINGS_PPM_MAX);
}

static int64_t bounded(int64_t figure, int64_t max) {
    return figure > max ? max : figure < -max ? -max : figure;
}

static int64_t rtt_of(const struct link_row *link) {
    const double rtt_ms = link_health_rtt_ms(&link->health);
    return rtt_ms < 0 ? -1 : bounded(llround(rtt_ms), LIMIT_VIEW_RTT_MS_MAX);
}

/* What a control of ours says of a link with it, as it would be told if it called. */
static enum reason hindrance(const struct engine *engine, enum deed deed, const struct link_row *link) {
    const struct ruling ruling = gate_judge_link(engine, deed, link);
    return gate_allows(&ruling) ? REASON_NONE : ruling.reason;
}

static void tell_of_peer(const struct engine *engine, const struct link_row *link, struct findings *findings,
                         int64_t now_ms) {
    const struct book_entry *entry = address_book_find(&engine->book, &link->node_id);
    findings->seen = link->address;
    findings->tested_ago_ms = link->has_probe_result ? now_ms - link->probe_served_at_ms : -1;
    findings->test_reason = link->has_probe_result ? link->probe_result : REASON_NONE;
    findings->in_reason = hindrance(engine, DEED_ACCEPT, link);
    findings->out_reason = hindrance(engine, DEED_DIAL, link);
    findings->last_reason = entry == NULL ? REASON_NONE : entry->earlier_reason;
}

static struct findings findings_of(const struct engine *engine, const struct link_row *link, int64_t now_ms) {
    struct findings findings = {
        .is_inbound = link->is_inbound,
        .is_guest = !active_view_holds(link),
        .open_ms = now_ms - link->opened_at_ms,
        .rtt_ms = rtt_of(link),
        .loss_in_ppm = ppm_of(link_loss_in(&link->loss, now_ms)),
        .loss_out_ppm = ppm_of(link_loss_out(&link->loss, now_ms)),
        .unsent_bytes = link->measured_at_ms == 0 ? -1 : bounded((int64_t)link->unsent_bytes, FINDINGS_BYTES_MAX),
        .skew_ms = bounded(link->skew_ms, FINDINGS_MS_MAX),
    };
    tell_of_peer(engine, link, &findings, now_ms);
    return findings;
}

/* Who asks what nobody answers may not know better: the link keeps what its hellos said while settings change. */
void examination_on_examine(struct engine *engine, struct link_row *link, const struct examine *examine,
                            int64_t now_ms) {
    const bool is_party = engine->examinations.is_answering && link->offered_doctor && link->answers_doctor;
    const bool was_lately = link->examined_at_ms != 0 && now_ms - link->examined_at_ms < LIMIT_EXAMINE_MS;
    if (!is_party || was_lately) {
        engine->counters.examines_ignored++;
        return;
    }
    struct findings findings = findings_of(engine, link, now_ms);
    struct buffer body = engine_body(engine);
    link->examined_at_ms = now_ms;
    memcpy(findings.nonce, examine->nonce, sizeof findings.nonce);
    findings_build(&body, &findings);
    engine_send(engine, link->id, MESSAGE_FINDINGS, &body);
    (void)engine_emit_peer(engine, EVENT_EXAMINED, &link->node_id, now_ms);
}
