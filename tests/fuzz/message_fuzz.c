/* SPDX-License-Identifier: Apache-2.0 */
/* Frames as a stranger sends them: the first byte is a type and the rest a body, through message_check with a verifier
 * that takes every signature for good; and the same bytes as a stream, through the gate that cuts frames, which must
 * give the same frames however the stream is cut. */
#include "believer.h"
#include "fuzz_target.h"

#include "base/must.h"
#include "swarm/limits.h"
#include "swarm/wire/findings.h"
#include "swarm/wire/forward_join.h"
#include "swarm/wire/goodbye.h"
#include "swarm/wire/gossip.h"
#include "swarm/wire/hello.h"
#include "swarm/wire/ihave.h"
#include "swarm/wire/intake.h"
#include "swarm/wire/lack.h"
#include "swarm/wire/offer.h"
#include "swarm/wire/offered.h"
#include "swarm/wire/pex.h"
#include "swarm/wire/probed.h"
#include "swarm/wire/record_frame.h"
#include "swarm/wire/sync_frame.h"
#include "swarm/wire/view.h"

#include <string.h>

static _Alignas(16) uint8_t arena_memory[LIMIT_CHECK_ARENA];
static uint8_t again_memory[2 * LIMIT_CONTROL_BODY_MAX];

/* A checked thing keeps its promises: texts end within their places, counts within their limits. */
static void check_hello(const struct hello *hello) {
    must(memchr(hello->agent, 0, sizeof hello->agent) != NULL);
    must(memchr(hello->community, 0, sizeof hello->community) != NULL);
    must_le(hello->feature_count, LIMIT_FEATURES_MAX);
    must(hello->mesh >= MESH_WISH_NONE && hello->mesh <= MESH_WISH_JOIN);
    if (hello->ticket_refusal == REFUSAL_NONE) must_le(hello->ticket.addr_count, LIMIT_TICKET_ADDRS_MAX);
}

static void check_goodbye(const struct goodbye *goodbye) {
    must(memchr(goodbye->text, 0, sizeof goodbye->text) != NULL);
    must(goodbye->reason >= REASON_NONE && goodbye->reason < REASON_COUNT);
    must(goodbye->for_ms >= 0 && goodbye->for_ms <= LIMIT_GOODBYE_FOR_MS_MAX);
}

/* What was accepted can be passed on: its tickets are written again within the limits. */
static void check_pex(const struct pex *pex) {
    const struct ticket *tickets[LIMIT_PEX_TICKETS_MAX];
    struct buffer body = buffer_over(again_memory, sizeof again_memory);
    must_le(pex->ticket_count, LIMIT_PEX_TICKETS_MAX);
    for (size_t i = 0; i < pex->ticket_count; i++) tickets[i] = &pex->tickets[i];
    pex_build(&body, pex->want, tickets, pex->ticket_count);
    must(!body.overflowed);
    must_le(body.size, LIMIT_CONTROL_BODY_MAX);
}

/* It walks on with a step less, and its ticket as it came. */
static void check_forward_join(const struct forward_join *join) {
    struct buffer body = buffer_over(again_memory, sizeof again_memory);
    must(join->hops >= 0 && join->hops <= FORWARD_JOIN_HOPS);
    if (join->ticket_refusal != REFUSAL_NONE) return;
    must_le(join->ticket.addr_count, LIMIT_TICKET_ADDRS_MAX);
    forward_join_build(&body, join->hops, &join->ticket);
    must(!body.overflowed);
    must_le(body.size, LIMIT_CONTROL_BODY_MAX);
}

/* Its address is one that can be dialled and written again: of a family, with a port, in its one form. */
static void check_probe(const struct probe *probe) {
    char text[ADDRESS_TEXT_MAX];
    struct address again;
    must(probe->address.family == ADDRESS_IPV4 || probe->address.family == ADDRESS_IPV6);
    must(probe->address.port != 0);
    must(address_read_canonical(span_of_text(address_text(&probe->address, text)), &again));
    must(address_equal(&again, &probe->address));
}

static void check_probed(const struct probed *probed) {
    must(probed->reason >= REASON_NONE && probed->reason < REASON_COUNT);
}

/* It is shown, and would be told again in the same words. */
static void check_view(const struct view *view) {
    struct buffer body = buffer_over(again_memory, sizeof again_memory);
    must_le(view->link_count, LIMIT_VIEW_LINKS_MAX);
    for (size_t i = 0; i < view->link_count; i++) {
        must_le(view->links[i].path, LINK_PATH_COUNT - 1);
        must(view->links[i].rtt_ms >= -1 && view->links[i].rtt_ms <= LIMIT_VIEW_RTT_MS_MAX);
        for (size_t j = 0; j < i; j++) must(!node_id_equal(&view->links[i].peer, &view->links[j].peer));
    }
    view_build(&body, view);
    must(!body.overflowed);
    must_le(body.size, LIMIT_CONTROL_BODY_MAX);
}

/* Its figures are within their bounds, and would be told again in the same words. */
static void check_findings(const struct findings *findings) {
    struct buffer body = buffer_over(again_memory, sizeof again_memory);
    must(findings->open_ms >= 0 && findings->open_ms <= FINDINGS_MS_MAX);
    must(findings->rtt_ms >= -1 && findings->rtt_ms <= LIMIT_VIEW_RTT_MS_MAX);
    must(findings->loss_in_ppm >= -1 && findings->loss_in_ppm <= FINDINGS_PPM_MAX);
    must(findings->loss_out_ppm >= -1 && findings->loss_out_ppm <= FINDINGS_PPM_MAX);
    must(findings->unsent_bytes >= -1 && findings->unsent_bytes <= FINDINGS_BYTES_MAX);
    must(findings->skew_ms >= -FINDINGS_MS_MAX && findings->skew_ms <= FINDINGS_MS_MAX);
    must(findings->tested_ago_ms >= -1 && findings->tested_ago_ms <= FINDINGS_MS_MAX);
    must(findings->seen.family == ADDRESS_IPV4 || findings->seen.family == ADDRESS_IPV6);
    must_le(findings->test_reason, REASON_COUNT - 1);
    must_le(findings->in_reason, REASON_COUNT - 1);
    must_le(findings->out_reason, REASON_COUNT - 1);
    must_le(findings->last_reason, REASON_COUNT - 1);
    findings_build(&body, findings);
    must(!body.overflowed);
    must_le(body.size, LIMIT_CONTROL_BODY_MAX);
}

/* It is passed on as it came, in a frame that the next one takes. */
static void check_gossip(const struct gossip *gossip, struct span body) {
    struct buffer again = buffer_over(again_memory, sizeof again_memory);
    must_le(gossip->hops, GOSSIP_HOPS_MAX);
    gossip_build(&again, gossip->hops, gossip->publication.record.text);
    must(!again.overflowed);
    must(span_equal(buffer_span(&again), body));
    must(gossip_weight(body.size) >= 1 && gossip_weight(body.size) <= GOSSIP_WEIGHT_MAX);
}

static void check_ihave(const struct ihave *ihave, struct span body) {
    struct buffer again = buffer_over(again_memory, sizeof again_memory);
    must_le(ihave->count, LIMIT_IHAVE_IDS);
    ihave_build(&again, ihave->ids, ihave->count);
    must(span_equal(buffer_span(&again), body));
}

/* Its head would be told again in the same bytes; its message is for reconcile_fuzz. */
static void check_sync_frame(const struct sync_frame *frame, struct span body) {
    struct buffer again = buffer_over(again_memory, sizeof again_memory);
    must_le(frame->role, SYNC_ROLE_COUNT - 1);
    must_le(frame->message.size, LIMIT_RECONCILE_MESSAGE_MAX);
    must(frame->role != SYNC_ASK || frame->message.size > 0);
    must(frame->role != SYNC_END || frame->message.size == 0);
    sync_frame_build_head(&again, frame->role, frame->session, frame->since);
    buffer_put(&again, frame->message);
    must(span_equal(buffer_span(&again), body));
}

static void check_lack(const struct lack *lack, struct span body) {
    struct buffer again = buffer_over(again_memory, sizeof again_memory);
    must(lack->count > 0);
    must_le(lack->count, LIMIT_LACK_IDS);
    lack_build(&again, lack->ids, lack->count);
    must(span_equal(buffer_span(&again), body));
}

static void check_record_frame(const struct record_frame *frame, struct span body) {
    must(span_equal(frame->publication.record.text, body));
    must(record_frame_weight(body.size) >= 1 && record_frame_weight(body.size) <= RECORD_FRAME_WEIGHT_MAX);
}

/* No file twice, and all of it can be said again. */
static void check_offer(const struct offer *offer) {
    struct buffer body = buffer_over(again_memory, sizeof again_memory);
    must(offer->count >= 1 && offer->count <= LIMIT_OFFER_FILES);
    for (size_t i = 0; i < offer->count; i++) {
        must(offer->files[i].bytes >= 1 && offer->files[i].bytes <= OFFER_BYTES_MAX);
        for (size_t k = 0; k < i; k++) must(!object_id_equal(&offer->files[i].id, &offer->files[k].id));
    }
    offer_build(&body, offer);
    must(!body.overflowed);
    must_le(body.size, LIMIT_CONTROL_BODY_MAX);
}

static void check_offered(const struct offered *offered) {
    struct buffer body = buffer_over(again_memory, sizeof again_memory);
    must_le(offered->take_count, LIMIT_OFFER_FILES);
    must_le(offered->refuse_count, LIMIT_OFFER_FILES);
    for (size_t i = 0; i < offered->take_count; i++)
        for (size_t k = 0; k < offered->refuse_count; k++)
            must(!object_id_equal(&offered->take[i], &offered->refuse[k]));
    offered_build(&body, offered);
    must(!body.overflowed);
    must_le(body.size, LIMIT_CONTROL_BODY_MAX);
}

static void check_message(uint8_t type, struct span body) {
    struct arena arena = arena_over(arena_memory, sizeof arena_memory);
    struct checked_message message;
    const struct verifier believer = believer_verifier();
    const struct frame frame = {type, body};
    if (message_check(&frame, &believer, &arena, &message) != REFUSAL_NONE) return;
    must(message.type == type);
    if (type == MESSAGE_HELLO) check_hello(message.body);
    if (type == MESSAGE_GOODBYE) check_goodbye(message.body);
    if (type == MESSAGE_FORWARD_JOIN) check_forward_join(message.body);
    if (type == MESSAGE_PEX) check_pex(message.body);
    if (type == MESSAGE_PROBE) check_probe(message.body);
    if (type == MESSAGE_PROBED) check_probed(message.body);
    if (type == MESSAGE_VIEW) check_view(message.body);
    if (type == MESSAGE_FINDINGS) check_findings(message.body);
    if (type == MESSAGE_GOSSIP) check_gossip(message.body, body);
    if (type == MESSAGE_OFFER) check_offer(message.body);
    if (type == MESSAGE_OFFERED) check_offered(message.body);
    if (type == MESSAGE_IHAVE) check_ihave(message.body, body);
    if (type == MESSAGE_SYNC_FRAME) check_sync_frame(message.body, body);
    if (type == MESSAGE_LACK) check_lack(message.body, body);
    if (type == MESSAGE_RECORD_FRAME) check_record_frame(message.body, body);
}

/* How many frames come out when at most `chunk` more bytes are there each time; how it ends is in *refusal. */
static size_t cut(struct span bytes, size_t chunk, enum refusal *refusal) {
    struct intake intake;
    size_t frames = 0, known = 0;
    intake_init(&intake, 0);
    *refusal = REFUSAL_NONE;
    for (;;) {
        struct intake_step step = intake_next(&intake, (struct span){bytes.at, known}, 0);
        if (step.result == INTAKE_REFUSED) {
            *refusal = step.refusal;
            return frames;
        }
        if (step.result == INTAKE_FRAME) {
            must_le(step.need, known);
            bytes.at += step.need;
            bytes.size -= step.need;
            known -= step.need;
            frames++;
        } else if (known == bytes.size) {
            must(step.need > known);
            return frames;
        } else {
            known = bytes.size - known < chunk ? bytes.size : known + chunk;
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    enum refusal at_once, by_byte;
    if (size == 0) return 0;
    check_message(data[0], (struct span){data + 1, size - 1});
    const size_t frames = cut((struct span){data, size}, size, &at_once);
    must(cut((struct span){data, size}, 1, &by_byte) == frames && at_once == by_byte);
    return 0;
}
