/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/doctor/peer_judge.h"

#include <stdio.h>

#include "daemon/doctor/phrase.h"

/* ---- Here ---- */

static void judge_block(const struct peer_facts *facts, struct diagnosis *d) {
    const struct peer_facts_block *block = &facts->block;
    if (!facts->is_blocked) {
        (void)diagnosis_add(d, "block", "Blocked here", DIAGNOSIS_OK, "no block of this node names it");
        return;
    }
    struct diagnosis_step *step =
        diagnosis_add(d, "block", "Blocked here", DIAGNOSIS_PROBLEM, "this node blocks it, direction %s%s%s",
                      block_direction_name(block->direction), block->reason[0] == '\0' ? "" : ": ", block->reason);
    diagnosis_advise(step, "skep block list shows it, skep block remove ends it.");
}

static void judge_controls(const struct peer_facts *facts, struct diagnosis *d) {
    char text[300];
    struct buffer out = buffer_over((uint8_t *)text, sizeof text - 1);
    for (enum control_switch i = 0; i < SWITCH_COUNT; i++) {
        if (facts->controls[i].is_resting) continue;
        buffer_put_text(&out, out.size == 0 ? "" : ", ");
        buffer_put_text(&out, switch_name(i));
    }
    text[out.size] = '\0';
    if (out.size == 0) {
        (void)diagnosis_add(d, "controls", "Controls here", DIAGNOSIS_OK, "none holds anybody back");
        return;
    }
    struct diagnosis_step *step =
        diagnosis_add(d, "controls", "Controls here", DIAGNOSIS_WARNING, "not in their resting position: %s", text);
    diagnosis_advise(step, "skep control shows what each holds back, and takes it back.");
}

static void judge_known(const struct peer_facts *facts, struct diagnosis *d) {
    const struct peer_view *known = &facts->known;
    if (!facts->is_known) {
        struct diagnosis_step *step =
            diagnosis_add(d, "known", "Known", DIAGNOSIS_PROBLEM,
                          "this node has not heard of it: no beacon, peer or call told of it");
        diagnosis_advise(
            step, "Is the id right, and the community? If you know where it lives: skep connect NODEID@ADDRESS.");
        return;
    }
    const bool waits = known->wait != DIAL_WAIT_LINKED && known->wait != DIAL_WAIT_NONE;
    struct diagnosis_step *step =
        diagnosis_add(d, "known", "Known", waits ? DIAGNOSIS_NOTE : DIAGNOSIS_OK, "it was last seen %s ago%s%s",
                      known->last_seen_at_ms == 0 ? "?" : phrase_span(facts->wall_ms - known->last_seen_at_ms).text,
                      waits ? "; it " : "", waits ? dial_wait_sentence(known->wait) : "");
    if (waits) diagnosis_advise(step, "skep connect calls it now, whatever it waits for.");
}

void peer_judge_here(const struct peer_facts *facts, struct diagnosis *d) {
    judge_block(facts, d);
    judge_controls(facts, d);
    judge_known(facts, d);
}

/* ---- Who answers ---- */

static void judge_call(const struct peer_facts_call *call, struct diagnosis *d) {
    char at[ADDRESS_TEXT_MAX];
    (void)address_text(&call->at, at);
    if (!call->is_allowed) {
        (void)diagnosis_add(d, "address", "Its addresses", DIAGNOSIS_NOTE,
                            "%s was not tried: no node dials such an address from here by itself", at);
    } else if (call->reason == REASON_NONE) {
        (void)diagnosis_add(d, "address", "Its addresses", DIAGNOSIS_OK, "%s takes connections, after %d ms", at,
                            (int)call->elapsed_ms);
    } else {
        struct diagnosis_step *step =
            diagnosis_add(d, "address", "Its addresses", DIAGNOSIS_WARNING, "%s does not answer, after %d ms (%s)", at,
                          (int)call->elapsed_ms, reason_name(call->reason));
        diagnosis_advise(step, "Its port is closed, a firewall is in between, or it is down or elsewhere.");
    }
}

void peer_judge_calls(const struct peer_facts *facts, struct diagnosis *d) {
    if (!facts->is_known) return;
    if (facts->known.addr_count > 0 && facts->call_count == 0) {
        (void)diagnosis_add(d, "address", "Its addresses", DIAGNOSIS_NOTE,
                            "not tried: a control or a block of this node forbids to dial it");
    } else if (facts->call_count == 0) {
        struct diagnosis_step *step =
            diagnosis_add(d, "address", "Its addresses", DIAGNOSIS_NOTE, "it says nowhere to call it");
        diagnosis_advise(step, "It can call us. For the other way, a port has to be open there.");
    }
    for (size_t i = 0; i < facts->call_count; i++) judge_call(&facts->calls[i], d);
}

/* ---- The link ---- */

/* How it ended last, by the link that is still remembered, else by the book; NONE: nothing is known of one. */
static enum reason end_of(const struct peer_facts *facts) {
    if (facts->has_link && facts->link.reason != REASON_NONE) return facts->link.reason;
    return facts->is_known ? facts->known.reason : REASON_NONE;
}

static void judge_end(const struct peer_facts *facts, struct diagnosis *d) {
    const enum reason reason = end_of(facts);
    if (reason == REASON_NONE) {
        (void)diagnosis_add(d, "link", "Link", DIAGNOSIS_NOTE, "there is none yet");
    } else {
        struct diagnosis_step *step =
            diagnosis_add(d, "link", "Link", DIAGNOSIS_WARNING, "there is none; the last one ended because it %s (%s)",
                          reason_sentence(reason), reason_name(reason));
        if (reason == REASON_UNREACHABLE)
            diagnosis_advise(step,
                             "When both are behind routers, skep doctor at either end tells what its router does; "
                             "between two that take another port for each destination only a TURN server is a "
                             "way.");
    }
}

/* By WebRTC alone: TLS has one way, which the address says. */
static void judge_route(const struct link_view *link, struct diagnosis *d) {
    const struct link_route *route = &link->route;
    char own[ADDRESS_TEXT_MAX], peer[ADDRESS_TEXT_MAX];
    const bool is_relayed = link_route_is_relayed(route);
    if (!route->is_known) return;
    struct diagnosis_step *step = diagnosis_add(
        d, "link", "Its path", is_relayed ? DIAGNOSIS_NOTE : DIAGNOSIS_OK, "by WebRTC from %s (%s) to %s (%s)%s",
        address_text(&route->own.address, own), ice_candidate_kind_name(route->own.kind),
        address_text(&route->peer.address, peer), ice_candidate_kind_name(route->peer.kind),
        is_relayed ? ", through a relay: no straight way was found" : "");
    if (is_relayed)
        diagnosis_advise(step, "One is looked for again, ever more rarely. skep doctor tells what this node's router "
                               "does; a port forwarded to either node makes the link straight.");
}

static void judge_figures(const struct link_view *link, struct diagnosis *d) {
    const bool is_weak = link->strength >= 0 && link->strength < PEER_FACTS_WEAK;
    struct diagnosis_step *step = diagnosis_add(
        d, "link", "Link", is_weak ? DIAGNOSIS_WARNING : DIAGNOSIS_OK,
        "open, strength %s of 100, %s there and back; %s lost of what it sends us, and %s of what we send it, by its "
        "own count (? until there is enough to count)",
        phrase_count(link->strength).text, phrase_ms(link->rtt_ms).text, phrase_percent(link->loss_in).text,
        phrase_percent(link->loss_out).text);
    if (is_weak) diagnosis_advise(step, "skep links --why says what pulls it down most.");
}

static void judge_telling(const struct peer_facts *facts, struct diagnosis *d) {
    const struct peer_facts_telling *told = &facts->telling;
    if (!facts->has_telling) {
        (void)diagnosis_add(d, "view", "Its view", DIAGNOSIS_NOTE,
                            "it does not tell of its links (share-view there, or it has not told yet)");
        return;
    }
    const struct phrase ago = phrase_span(facts->wall_ms - told->at_ms);
    if (!told->names_us) {
        (void)diagnosis_add(d, "view", "Its view", DIAGNOSIS_WARNING,
                            "%s ago it told of its links, and ours was not one", ago.text);
        return;
    }
    (void)diagnosis_add(d, "view", "Its view", DIAGNOSIS_OK, "%s ago it said: %s to us; it has %zu %s", ago.text,
                        phrase_ms(told->rtt_ms).text, told->link_count, told->link_count == 1 ? "link" : "links");
}

void peer_judge_link(const struct peer_facts *facts, struct diagnosis *d) {
    if (!peer_facts_is_linked(facts)) {
        judge_end(facts, d);
        return;
    }
    judge_figures(&facts->link, d);
    judge_route(&facts->link, d);
    judge_telling(facts, d);
}

/* ---- What happened, and what it is not ---- */

static void judge_events(const struct peer_facts *facts, struct diagnosis *d) {
    for (size_t i = 0; i < facts->event_count; i++) {
        const struct event *event = &facts->events[i];
        uint8_t memory[400];
        struct buffer sentence = buffer_over(memory, sizeof memory);
        event_write_sentence(&sentence, event);
        (void)diagnosis_add(d, "events", "What happened", DIAGNOSIS_NOTE, "%s ago: %.*s",
                            phrase_span(facts->wall_ms - event->at_ms).text, (int)sentence.size, (const char *)memory);
    }
}

static void judge_others(const struct peer_facts *facts, struct diagnosis *d) {
    const bool most_are_weak = facts->weak_count * 2 > facts->other_count;
    if (facts->other_count == 0) {
        struct diagnosis_step *step =
            diagnosis_add(d, "others", "What it is not", DIAGNOSIS_WARNING,
                          "there is no other link, so this node's own network may be the cause");
        diagnosis_advise(step, "skep doctor, without a node, looks at that.");
        return;
    }
    (void)diagnosis_add(d, "others", "What it is not", most_are_weak ? DIAGNOSIS_WARNING : DIAGNOSIS_OK,
                        most_are_weak ? "%zu of %zu other links are weak too: rather this node's network than that peer"
                                      : "%zu of %zu other links are weak, so it is not this node's own network",
                        facts->weak_count, facts->other_count);
}

void peer_judge_rest(const struct peer_facts *facts, struct diagnosis *d) {
    judge_events(facts, d);
    judge_others(facts, d);
}
