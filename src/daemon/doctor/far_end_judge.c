/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/doctor/far_end_judge.h"

#include <stdio.h>

#include "daemon/doctor/phrase.h"

static const char CHECK[] = "far"; /* all of it is one check for scripts; the titles tell them apart */

/* A tenth lost is felt; a quarter of a MiB waiting is more than a round trip's worth of what nodes tell each other. */
enum { LOSS_PPM_FELT = 50000, UNSENT_FELT = 256 * 1024 };

/* ---- Nothing was said ---- */

static void judge_unasked(const struct peer_facts *facts, struct diagnosis *d) {
    char id[NODE_ID_TEXT_SIZE + 1];
    struct diagnosis_step *step;
    switch (facts->asked) {
    case EXAMINE_NO_LINK:
        step = diagnosis_add(d, CHECK, "Its end", DIAGNOSIS_NOTE,
                             "not asked: the other end can only be asked over a link, and there is none");
        diagnosis_advise(step, "skep connect %s makes one, unless something above is in the way; then ask again.",
                         node_id_text(&facts->peer, id));
        return;
    case EXAMINE_NOT_HERE:
        step = diagnosis_add(d, CHECK, "Its end", DIAGNOSIS_NOTE,
                             "not asked: this node did not answer such questions when the link began, and who does not "
                             "answer does not ask");
        diagnosis_advise(step, "answer-doctor = yes here, and a new link.");
        return;
    case EXAMINE_NOT_THERE:
        step = diagnosis_add(d, CHECK, "Its end", DIAGNOSIS_NOTE,
                             "not asked: it does not answer such questions (answer-doctor = no there, or an older "
                             "version)");
        diagnosis_advise(step, "Its caretaker can run skep doctor there.");
        return;
    case EXAMINE_TOO_SOON:
        step = diagnosis_add(d, CHECK, "Its end", DIAGNOSIS_NOTE,
                             "not asked: it was a moment ago, and answers once in ten seconds");
        diagnosis_advise(step, "Ask again in a moment.");
        return;
    case EXAMINE_NO_ROOM:
        step = diagnosis_add(d, CHECK, "Its end", DIAGNOSIS_NOTE, "not asked: others have not answered yet");
        diagnosis_advise(step, "Ask again in a moment.");
        return;
    case EXAMINE_ASKED: return;
    }
}

static void judge_silence(const struct peer_facts *facts, struct diagnosis *d) {
    struct diagnosis_step *step;
    if (facts->has_examination && facts->examination.state == EXAMINATION_CUT) {
        step = diagnosis_add(d, CHECK, "Its end", DIAGNOSIS_WARNING,
                             "it was asked, and the link ended before it answered");
        diagnosis_advise(step, "skep links --why says when it is called again.");
        return;
    }
    step = diagnosis_add(d, CHECK, "Its end", DIAGNOSIS_WARNING,
                         "it was asked %s ago, and said nothing within %d s, though the link is open",
                         phrase_span(facts->wall_ms - facts->examination.asked_at_ms).text,
                         LIMIT_EXAMINE_ANSWER_MS / 1000);
    diagnosis_advise(step,
                     "It stands still (stopped, or its machine is overloaded), the way there or back is "
                     "blocked, or its answer-doctor was just turned off. Without a sign of life for %d s the "
                     "link ends by itself.",
                     LIMIT_SILENCE_MS / 1000);
}

/* ---- What it said ---- */

static double share_of(int64_t ppm) {
    return ppm < 0 ? -1 : (double)ppm / FINDINGS_PPM_MAX;
}

static bool is_felt(int64_t ppm) {
    return ppm >= LOSS_PPM_FELT;
}

/* When it said so: just now, or, when it may not be asked again yet, a moment ago. */
struct introduction {
    char text[80];
};
static struct introduction introduction_of(const struct peer_facts *facts) {
    struct introduction introduction = {"it answers"};
    const int64_t ago_ms = facts->wall_ms - facts->examination.ended_at_ms;
    if (facts->asked == EXAMINE_TOO_SOON)
        (void)snprintf(introduction.text, sizeof introduction.text, "%s ago it answered", phrase_span(ago_ms).text);
    return introduction;
}

static void judge_figures(const struct peer_facts *facts, const struct findings *f, struct diagnosis *d) {
    const bool loses = is_felt(f->loss_in_ppm) || is_felt(f->loss_out_ppm);
    struct diagnosis_step *step = diagnosis_add(
        d, CHECK, "Its end", loses ? DIAGNOSIS_WARNING : DIAGNOSIS_OK,
        "%s: %s, open for %s, %s there and back; by its count %s lost of what we send it, and %s of what it "
        "sends us",
        introduction_of(facts).text, f->is_inbound ? "we called it" : "it called us", phrase_span(f->open_ms).text,
        f->rtt_ms < 0 ? "? ms" : phrase_ms((double)f->rtt_ms).text, phrase_percent(share_of(f->loss_in_ppm)).text,
        phrase_percent(share_of(f->loss_out_ppm)).text);
    if (loses)
        diagnosis_advise(step, "Loss is on the way between: Wi-Fi, a full line, a provider. If this node's other "
                               "links lose too, it is near here; if its others do, near there.");
}

/* Both ends know who called; one that says otherwise speaks of another link. */
static void judge_direction(const struct peer_facts *facts, const struct findings *f, struct diagnosis *d) {
    if (f->is_inbound != facts->link.is_inbound) return;
    (void)diagnosis_add(d, CHECK, "Its direction", DIAGNOSIS_WARNING,
                        "both ends say that the other one called, so they do not mean the same link");
}

static void judge_queue(const struct findings *f, struct diagnosis *d) {
    if (f->unsent_bytes < UNSENT_FELT) return;
    struct diagnosis_step *step =
        diagnosis_add(d, CHECK, "Its queue", DIAGNOSIS_WARNING, "%s wait there for the way to us to be free",
                      phrase_bytes(f->unsent_bytes).text);
    diagnosis_advise(step, "The way from there to here is slow or full, or this node reads too slowly (skep top).");
}

static void judge_clock(const struct findings *f, struct diagnosis *d) {
    const int64_t away_ms = f->skew_ms < 0 ? -f->skew_ms : f->skew_ms;
    if (away_ms <= LIMIT_CLOCK_SKEW_MS) {
        (void)diagnosis_add(d, CHECK, "Its clock", DIAGNOSIS_OK, "it sees our clock within %d s of its own",
                            LIMIT_CLOCK_SKEW_MS / 1000);
        return;
    }
    struct diagnosis_step *step =
        diagnosis_add(d, CHECK, "Its clock", DIAGNOSIS_WARNING, "when the link began it saw our clock %s %s its own",
                      phrase_span(away_ms).text, f->skew_ms > 0 ? "ahead of" : "behind");
    diagnosis_advise(step,
                     "One of both is wrong: skep doctor, without a node, holds this node's against its beacons. "
                     "Tickets hold only while clocks agree within %d s.",
                     LIMIT_CLOCK_SKEW_MS / 1000);
}

static void judge_reach(const struct findings *f, struct diagnosis *d) {
    char seen[ADDRESS_TEXT_MAX];
    (void)address_text(&f->seen, seen);
    if (f->tested_ago_ms < 0) {
        (void)diagnosis_add(d, CHECK, "Our address", DIAGNOSIS_NOTE,
                            "it sees us at %s, and has not tried to call us back", seen);
    } else if (f->test_reason == REASON_NONE) {
        (void)diagnosis_add(d, CHECK, "Our address", DIAGNOSIS_OK,
                            "it sees us at %s; %s ago it called us back and got "
                            "through",
                            seen, phrase_span(f->tested_ago_ms).text);
    } else {
        struct diagnosis_step *step =
            diagnosis_add(d, CHECK, "Our address", DIAGNOSIS_NOTE,
                          "it sees us at %s; %s ago it tried to call us back, and could not (%s)", seen,
                          phrase_span(f->tested_ago_ms).text, reason_name(f->test_reason));
        diagnosis_advise(step, "Links that this node dials work all the same. skep doctor, without a node, says what "
                               "being dialled takes.");
    }
}

static void judge_place(const struct findings *f, struct diagnosis *d) {
    (void)diagnosis_add(d, CHECK, "Our place", DIAGNOSIS_OK,
                        f->is_guest ? "there we are a guest: outside the places that it fills for the mesh"
                                    : "there we have a place in its view of the mesh");
}

/* Its controls are told as what a call between us would meet, which a call would find out too. */
static void judge_controls(const struct findings *f, struct diagnosis *d) {
    char in[48] = "", out[48] = "";
    if (f->in_reason == REASON_NONE && f->out_reason == REASON_NONE) {
        (void)diagnosis_add(d, CHECK, "Its controls", DIAGNOSIS_OK, "none stands between it and us");
        return;
    }
    if (f->in_reason != REASON_NONE)
        (void)snprintf(in, sizeof in, "; it would turn our call away: %s", reason_name(f->in_reason));
    if (f->out_reason != REASON_NONE)
        (void)snprintf(out, sizeof out, "; it would not call us: %s", reason_name(f->out_reason));
    struct diagnosis_step *step = diagnosis_add(d, CHECK, "Its controls", DIAGNOSIS_WARNING,
                                                "this link stays, but a new one may not come%s%s", in, out);
    diagnosis_advise(step, "Its caretaker set that; skep control there takes it back.");
}

static void judge_past(const struct findings *f, struct diagnosis *d) {
    if (f->last_reason == REASON_NONE) return;
    (void)diagnosis_add(d, CHECK, "Its memory", DIAGNOSIS_NOTE,
                        "of the last link or call before this one it remembers: %s", reason_name(f->last_reason));
}

static void judge_findings(const struct peer_facts *facts, struct diagnosis *d) {
    const struct findings *f = &facts->examination.findings;
    judge_figures(facts, f, d);
    judge_direction(facts, f, d);
    judge_queue(f, d);
    judge_clock(f, d);
    judge_reach(f, d);
    judge_place(f, d);
    judge_controls(f, d);
    judge_past(f, d);
}

/* What it was asked a moment ago is as good as what it would be asked now. */
static bool was_asked(const struct peer_facts *facts) {
    return facts->asked == EXAMINE_ASKED || (facts->asked == EXAMINE_TOO_SOON && facts->has_examination);
}

void far_end_judge(const struct peer_facts *facts, struct diagnosis *d) {
    if (!was_asked(facts)) {
        judge_unasked(facts, d);
    } else if (facts->has_examination && facts->examination.state == EXAMINATION_ANSWERED) {
        judge_findings(facts, d);
    } else {
        judge_silence(facts, d);
    }
}
