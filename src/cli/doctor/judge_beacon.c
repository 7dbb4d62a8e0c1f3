/* SPDX-License-Identifier: Apache-2.0 */
/* The beacons, and the clock, which they are the first to disagree with. */
#include "cli/doctor/judge.h"

#include "cli/sheet.h"
#include "swarm/limits.h"

#include <inttypes.h>
#include <stdio.h>

enum { HOUR_MS = 3600 * 1000, DATE_ERROR_MS = 2000 /* a Date is cut to the second, and an answer takes its time */ };

/* "beacon-2" -> "Beacon 2" */
static const char *title_of(const struct facts_beacon *beacon, char title[DIAGNOSIS_TITLE_MAX]) {
    (void)snprintf(title, DIAGNOSIS_TITLE_MAX, "%s", beacon->id);
    if (title[0] >= 'a' && title[0] <= 'z') title[0] = (char)(title[0] - 'a' + 'A');
    for (char *at = title; *at != '\0'; at++)
        if (*at == '-') *at = ' ';
    return title;
}

/* What the doctor's own request met; true when it was all well. */
static bool judge_probe(const struct facts_beacon *beacon, const char *title, const char *url, struct diagnosis *d) {
    struct diagnosis_step *step;
    if (!beacon->is_resolved) {
        step = diagnosis_add(d, "beacons", title, DIAGNOSIS_PROBLEM, "the name in %s does not resolve (%s)", url,
                             beacon->fault);
        diagnosis_advise(step, "Is it written right? Does this machine resolve other names (getent hosts "
                               "deb.debian.org)? If not, its network or its name server is at fault.");
    } else if (!beacon->has_answered) {
        step = diagnosis_add(d, "beacons", title, DIAGNOSIS_PROBLEM, "%s did not answer: %s", url, beacon->fault);
        diagnosis_advise(step, "Does another beacon answer? Then it is this one: ask its caretaker. If none does, look "
                               "at this machine's network, firewall and proxy. Links that are up stay up.");
    } else if (beacon->status != 200) {
        step = diagnosis_add(d, "beacons", title, DIAGNOSIS_PROBLEM, "%s answered with status %d", url, beacon->status);
        diagnosis_advise(step, "%s",
                         beacon->status == 429 ? "It is asked too often from this address; wait."
                                               : "A beacon answers GET /peers with 200. Is this the "
                                                 "address of a beacon, or does a proxy answer for it?");
    } else {
        return true;
    }
    return false;
}

static void judge_beacon(const struct facts_beacon *beacon, struct diagnosis *d) {
    char title[DIAGNOSIS_TITLE_MAX], url[LIMIT_URL_MAX + 8];
    sheet_clean(span_of_text(beacon->url), url, sizeof url);
    if (!judge_probe(beacon, title_of(beacon, title), url, d)) return;
    if (beacon->failure_streak <= 0) {
        (void)diagnosis_add(d, "beacons", title, DIAGNOSIS_OK,
                            "%s resolved, connected and answered in %" PRId64 " ms%s", url, beacon->elapsed_ms,
                            beacon->failure_streak == 0 ? "; the node's own requests, too" : "");
        return;
    }
    struct diagnosis_step *step =
        diagnosis_add(d, "beacons", title, DIAGNOSIS_WARNING,
                      "%s answers this command, but the node's last request failed (%s), %" PRId64 " in a row", url,
                      beacon->reason, beacon->failure_streak);
    diagnosis_advise(step, "It may have come back just now: the node asks again by itself, see skep rendezvous. If "
                           "that stays so, the node has another network, user or proxy than this command.");
}

void judge_beacons(const struct facts *facts, struct diagnosis *d) {
    if (facts->beacon_count == 0) {
        struct diagnosis_step *step =
            diagnosis_add(d, "beacons", "Beacons", DIAGNOSIS_NOTE, "none is set, so nobody can find this node by one");
        diagnosis_advise(step, "A node that has peers by --peer, or that is a beacon itself, needs none; else set "
                               "--beacon URL.");
    }
    for (size_t i = 0; i < facts->beacon_count; i++) judge_beacon(&facts->beacons[i], d);
}

/* ---- The clock ---- */

static int64_t size_of(int64_t skew_ms) {
    return skew_ms < 0 ? -skew_ms : skew_ms;
}

/* The newest "clock-skew" of the last hour; NULL: peers do not complain. */
static const struct json_value *complaint_of_peers(const struct facts *facts) {
    const struct json_value *items = json_member(facts->events, "items");
    for (size_t i = 0; i < json_array_count(items); i++) {
        const struct json_value *event = &items->as.items[i];
        bool is_recent = facts->now_ms - api_client_time(event, "at") < HOUR_MS;
        if (is_recent && span_equal_text(api_client_text(event, "code"), "clock-skew")) return event;
    }
    return NULL;
}

/* The beacons' median would be overdone: one that is far off is told, and two that agree are hard to argue with. */
static const struct facts_beacon *farthest(const struct facts *facts, size_t *count) {
    const struct facts_beacon *worst = NULL;
    for (size_t i = 0; i < facts->beacon_count; i++) {
        const struct facts_beacon *beacon = &facts->beacons[i];
        if (!beacon->has_its_clock) continue;
        ++*count;
        if (worst == NULL || size_of(beacon->its_clock_ms) > size_of(worst->its_clock_ms)) worst = beacon;
    }
    return worst;
}

void judge_clock(const struct facts *facts, struct diagnosis *d) {
    static const char advice[] = "Tickets last minutes, and peers refuse those of a node whose clock is off by more "
                                 "than %d s. Set the clock, and keep it: timedatectl set-ntp true";
    size_t count = 0;
    const struct json_value *complaint = complaint_of_peers(facts);
    const struct facts_beacon *beacon = farthest(facts, &count);
    bool is_off = beacon != NULL && size_of(beacon->its_clock_ms) > LIMIT_CLOCK_SKEW_MS + DATE_ERROR_MS;
    char message[DIAGNOSIS_TEXT_MAX];
    struct diagnosis_step *step;
    if (complaint != NULL) {
        sheet_clean(api_client_text(complaint, "message"), message, sizeof message);
        step = diagnosis_add(d, "clock", "Clock", DIAGNOSIS_PROBLEM, "within the last hour: %s", message);
        diagnosis_advise(step, advice, LIMIT_CLOCK_SKEW_MS / 1000);
    } else if (is_off) {
        step = diagnosis_add(d, "clock", "Clock", DIAGNOSIS_PROBLEM, "this machine's clock is %" PRId64 " s %s %s's",
                             size_of(beacon->its_clock_ms) / 1000, beacon->its_clock_ms > 0 ? "behind" : "ahead of",
                             beacon->id);
        diagnosis_advise(step, advice, LIMIT_CLOCK_SKEW_MS / 1000);
    } else if (beacon != NULL || facts->snapshot != NULL) {
        (void)diagnosis_add(d, "clock", "Clock", DIAGNOSIS_OK, "%s%s",
                            beacon == NULL ? "" : "it agrees with the beacons; ",
                            facts->snapshot == NULL ? "peers cannot be asked" : "no peer says that it is off");
    } else {
        (void)diagnosis_add(d, "clock", "Clock", DIAGNOSIS_NOTE, "nobody is there to compare it with");
    }
}
