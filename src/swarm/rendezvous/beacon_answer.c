/* SPDX-License-Identifier: Apache-2.0 */
/* What a beacon says, as JSON in the memory that it keeps for its answers. */
#include "swarm/rendezvous/beacon_state.h"

/* How long somebody who floods is asked to stay away: as long as an empty budget takes to fill. */
enum { RETRY_AFTER_S = LIMIT_BEACON_RATE_BURST / LIMIT_BEACON_RATE_PER_SECOND };

struct beacon_answer beacon_answer_error(const struct beacon *beacon, enum beacon_verdict verdict, int status,
                                         const char *error) {
    struct buffer out = buffer_over(beacon->answer_memory, BEACON_ANSWER_BYTES_MAX);
    struct json_writer w = json_writer_into(&out);
    json_open_object(&w, NULL);
    json_put_boolean(&w, "ok", false);
    json_put_text(&w, "error", error);
    json_close_object(&w);
    return (struct beacon_answer){.verdict = verdict, .status = status, .body = buffer_span(&out)};
}

struct beacon_answer beacon_answer_flooded(struct beacon *beacon) {
    beacon->counts.flooded++;
    struct beacon_answer answer = beacon_answer_error(beacon, BEACON_FLOODED, 429, "Too many requests");
    answer.retry_after_s = RETRY_AFTER_S;
    return answer;
}

struct beacon_answer beacon_answer_refused(struct beacon *beacon, enum refusal refusal) {
    struct buffer out = buffer_over(beacon->answer_memory, BEACON_ANSWER_BYTES_MAX);
    beacon->counts.refused[refusal]++;
    if (refusal == REFUSAL_TICKET_MALFORMED) {
        struct beacon_answer answer = beacon_answer_error(beacon, BEACON_REFUSED, 400, "Invalid payload");
        answer.refusal = refusal;
        return answer;
    }
    struct json_writer w = json_writer_into(&out);
    json_open_object(&w, NULL);
    json_put_boolean(&w, "ok", false);
    json_open_array(&w, "peers");
    json_close_array(&w);
    json_open_object(&w, "validation");
    json_put_boolean(&w, "ok", false);
    json_put_text(&w, "reason", refusal_name(refusal));
    json_close_object(&w);
    json_close_object(&w);
    return (struct beacon_answer){
        .verdict = BEACON_REFUSED, .refusal = refusal, .status = 200, .body = buffer_span(&out)};
}

struct beacon_answer beacon_answer_list(const struct beacon *beacon, const struct beacon_community *community,
                                        const struct sha256 *announcer, enum beacon_verdict verdict, int64_t now_ms) {
    struct buffer out = buffer_over(beacon->answer_memory, BEACON_ANSWER_BYTES_MAX);
    (void)beacon_list_write(beacon, community, announcer, &out, now_ms);
    return (struct beacon_answer){.verdict = verdict, .status = 200, .body = buffer_span(&out)};
}
