/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/wire/findings.h"

#include <string.h>

#include "base/json_writer.h"
#include "swarm/wire/member.h"

static const char *const directions[] = {"outbound", "inbound"};
static const char *const places[] = {"view", "guest"};

/* One of two words: whether it is the second. */
static bool read_choice(struct members *m, const char *name, const char *const words[2]) {
    char word[LIMIT_FEATURE_MAX + 1];
    members_text(m, name, word, LIMIT_FEATURE_MAX);
    const bool is_second = strcmp(word, words[1]) == 0;
    if (!is_second && strcmp(word, words[0]) != 0) members_refuse(m, REFUSAL_MEMBER_MISTYPED);
    return is_second;
}

static void read_seen(struct members *m, struct address *seen) {
    char text[ADDRESS_TEXT_MAX];
    members_text(m, "seen", text, sizeof text - 1);
    if (!address_read(span_of_text(text), seen)) members_refuse(m, REFUSAL_MEMBER_MISTYPED);
}

static void read_figures(struct members *m, struct findings *findings) {
    findings->open_ms = members_integer(m, "openMs", 0, FINDINGS_MS_MAX);
    findings->rtt_ms = members_known_integer(m, "rttMs", LIMIT_VIEW_RTT_MS_MAX);
    findings->loss_in_ppm = members_known_integer(m, "lossInPpm", FINDINGS_PPM_MAX);
    findings->loss_out_ppm = members_known_integer(m, "lossOutPpm", FINDINGS_PPM_MAX);
    findings->unsent_bytes = members_known_integer(m, "unsentBytes", FINDINGS_BYTES_MAX);
    findings->skew_ms = members_integer(m, "skewMs", -FINDINGS_MS_MAX, FINDINGS_MS_MAX);
}

enum refusal findings_check(struct span body, const struct verifier *verifier, struct arena *arena,
                            const void **checked) {
    (void)verifier;
    struct members m = members_read(body, arena);
    struct findings *findings = arena_take(arena, sizeof *findings);
    if (findings == NULL) return REFUSAL_NO_ROOM;
    members_hex(&m, "nonce", findings->nonce, sizeof findings->nonce);
    findings->is_inbound = read_choice(&m, "direction", directions);
    findings->is_guest = read_choice(&m, "place", places);
    read_figures(&m, findings);
    read_seen(&m, &findings->seen);
    findings->tested_ago_ms = members_known_integer(&m, "testedAgoMs", FINDINGS_MS_MAX);
    findings->test_reason = members_reason(&m, "testReason");
    findings->in_reason = members_reason(&m, "inReason");
    findings->out_reason = members_reason(&m, "outReason");
    findings->last_reason = members_reason(&m, "lastReason");
    *checked = findings;
    return m.refusal;
}

static void put_known(struct json_writer *w, const char *name, int64_t figure) {
    if (figure < 0) {
        json_put_null(w, name);
    } else {
        json_put_integer(w, name, figure);
    }
}

static void put_reason(struct json_writer *w, const char *name, enum reason reason) {
    json_put_text(w, name, reason == REASON_NONE ? "" : reason_name(reason));
}

void findings_build(struct buffer *out, const struct findings *findings) {
    char seen[ADDRESS_TEXT_MAX];
    struct json_writer w = json_writer_into(out);
    json_open_object(&w, NULL);
    json_put_hex(&w, "nonce", (struct span){findings->nonce, sizeof findings->nonce});
    json_put_text(&w, "direction", directions[findings->is_inbound]);
    json_put_text(&w, "place", places[findings->is_guest]);
    json_put_integer(&w, "openMs", findings->open_ms);
    put_known(&w, "rttMs", findings->rtt_ms);
    put_known(&w, "lossInPpm", findings->loss_in_ppm);
    put_known(&w, "lossOutPpm", findings->loss_out_ppm);
    put_known(&w, "unsentBytes", findings->unsent_bytes);
    json_put_integer(&w, "skewMs", findings->skew_ms);
    json_put_text(&w, "seen", address_text(&findings->seen, seen));
    put_known(&w, "testedAgoMs", findings->tested_ago_ms);
    put_reason(&w, "testReason", findings->test_reason);
    put_reason(&w, "inReason", findings->in_reason);
    put_reason(&w, "outReason", findings->out_reason);
    put_reason(&w, "lastReason", findings->last_reason);
    json_close_object(&w);
}
