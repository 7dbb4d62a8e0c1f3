/* SPDX-License-Identifier: Apache-2.0 */
/* The signaling endpoints: what this command met, and what the node says of itself. */
#include "cli/doctor/judge.h"

#include "cli/sheet.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* What the doctor's own request met; true when it was all well. One of several that is away is no problem: the others
 * stand by. */
static bool judge_probe(const struct facts_endpoint *endpoint, const char *title, const char *url,
                        enum diagnosis_result bad, struct diagnosis *d) {
    struct diagnosis_step *step;
    if (!endpoint->has_answered) {
        step = diagnosis_add(d, "signaling", title, bad, "%s did not answer: %s", url, endpoint->fault);
        diagnosis_advise(step,
                         "Does another endpoint answer? Then it is this one: ask its caretaker. If none does, look "
                         "at this machine's network, firewall and proxy. Links that are up stay up.");
    } else if (endpoint->status != 200) {
        step = diagnosis_add(d, "signaling", title, bad, "%s gives no id, but answers with status %d", url,
                             endpoint->status);
        diagnosis_advise(step, "A signaling server answers GET /peerjs/id with 200. Is the path of its address "
                               "right, or does a proxy answer for it?");
    } else {
        return true;
    }
    return false;
}

static void judge_endpoint(const struct facts *facts, size_t index, enum diagnosis_result bad, struct diagnosis *d) {
    const struct facts_endpoint *endpoint = &facts->endpoints[index];
    char title[DIAGNOSIS_TITLE_MAX], url[LIMIT_URL_MAX + 8];
    (void)snprintf(title, sizeof title, "Endpoint %zu", index + 1);
    sheet_clean(span_of_text(endpoint->url), url, sizeof url);
    if (!judge_probe(endpoint, title, url, bad, d)) return;
    if (strcmp(endpoint->state, "waiting") != 0) {
        (void)diagnosis_add(d, "signaling", title, DIAGNOSIS_OK, "%s answered in %" PRId64 " ms%s%s", url,
                            endpoint->elapsed_ms, endpoint->state[0] == '\0' ? "" : "; of the node it is ",
                            endpoint->state);
        return;
    }
    struct diagnosis_step *step =
        diagnosis_add(d, "signaling", title, DIAGNOSIS_WARNING,
                      "%s answers this command, but the node's last attempt failed (%s)", url, endpoint->error);
    diagnosis_advise(step, "It may have come back just now: the node tries again by itself, see skep signaling. If it "
                           "says that the id is taken, another process runs with this node's keys, or the server has "
                           "not yet forgotten a connection that was cut; that takes it a minute or so.");
}

static enum diagnosis_result badness(const struct facts *facts) {
    size_t answering = 0;
    for (size_t i = 0; i < facts->endpoint_count; i++)
        answering += facts->endpoints[i].has_answered && facts->endpoints[i].status == 200;
    return answering == 0 ? DIAGNOSIS_PROBLEM : DIAGNOSIS_WARNING;
}

void judge_signaling(const struct facts *facts, struct diagnosis *d) {
    if (facts->endpoint_count == 0) {
        struct diagnosis_step *step = diagnosis_add(d, "signaling", "Signaling", DIAGNOSIS_NOTE,
                                                    "no endpoint is set, so no browser can call this node");
        diagnosis_advise(step, "A node that peers reach, or that reaches them, needs none; else set --signal URL.");
    } else if (strcmp(facts->signaling, "stopped") == 0) {
        struct diagnosis_step *step =
            diagnosis_add(d, "signaling", "Signaling", DIAGNOSIS_NOTE, "it is stopped: %s", facts->signaling_reason);
        diagnosis_advise(step, "skep control signaling.resume starts it again, if it was stopped by that.");
    }
    for (size_t i = 0; i < facts->endpoint_count; i++) judge_endpoint(facts, i, badness(facts), d);
}
