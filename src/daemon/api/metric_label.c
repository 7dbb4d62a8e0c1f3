/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/api/metric_label.h"

#include "base/must.h"

/* ---- One function for each word of the table: what a key says of an index ---- */

static const char *label_nothing(size_t index) {
    (void)index;
    return "";
}

static const char *label_version(size_t index) {
    (void)index;
    return SKEP_VERSION;
}

static const char *label_role(size_t index) {
    static const char *const names[METRIC_ROLES] = {"node", "beacon", "signaling"};
    return names[index];
}

static const char *label_node_state(size_t index) {
    return verdict_name((enum verdict)index);
}

static const char *label_alert(size_t index) {
    return finding_code_name((enum finding_code)index);
}

static const char *label_event_code(size_t index) {
    return event_name((enum event_code)index);
}

static const char *label_event_level(size_t index) {
    return event_level_name(event_level((enum event_code)index));
}

/* Which of two is the last part of the index: inbound ones stand at even places. */
static const char *label_direction(size_t index) {
    return index % 2 == METRIC_INBOUND ? "inbound" : "outbound";
}

static const char *label_link_state(size_t index) {
    return link_state_name((enum link_state)(index / 2));
}

static const char *label_middle(size_t index) {
    static const char *const names[METRIC_MIDDLES] = {"median", "worst"};
    return names[index];
}

static const char *label_middle_of(size_t index) {
    return label_middle(index / 2);
}

static const char *label_message(size_t index) {
    return message_name_at(index / 2);
}

static const char *label_reason(size_t index) {
    return reason_name((enum reason)index);
}

static const char *label_reason_of(size_t index) {
    return label_reason(index / 2);
}

static const char *label_record_fate(size_t index) {
    return record_fate_name((enum record_fate)index);
}

static const char *label_late_fate(size_t index) {
    return late_fate_name((enum late_fate)index);
}

static const char *label_sync_end(size_t index) {
    static const char *const names[METRIC_SYNC_ENDS] = {"compared", "given-up", "answered", "declined"};
    return names[index];
}

/* NONE is no refusal, so it has no place. */
static const char *label_refusal(size_t index) {
    return refusal_name((enum refusal)(index + 1));
}

static const char *label_family(size_t index) {
    return index / METRIC_REACHABILITIES == 0 ? "ipv4" : "ipv6";
}

static const char *label_reachability(size_t index) {
    return reachability_name((enum reachability)(index % METRIC_REACHABILITIES));
}

/* By number, as the configuration lists them: their addresses are long, may hold a password, and change. */
static const char *label_source(size_t index) {
    static const char *const names[] = {"beacon-1",  "beacon-2",  "beacon-3",  "beacon-4",  "beacon-5",  "beacon-6",
                                        "beacon-7",  "beacon-8",  "beacon-9",  "beacon-10", "beacon-11", "beacon-12",
                                        "beacon-13", "beacon-14", "beacon-15", "beacon-16"};
    _Static_assert(sizeof names / sizeof names[0] == LIMIT_SOURCES_MAX, "each source has its name");
    return names[index];
}

static const char *label_endpoint(size_t index) {
    static const char *const names[] = {"signal-1",  "signal-2",  "signal-3",  "signal-4",  "signal-5",  "signal-6",
                                        "signal-7",  "signal-8",  "signal-9",  "signal-10", "signal-11", "signal-12",
                                        "signal-13", "signal-14", "signal-15", "signal-16"};
    _Static_assert(sizeof names / sizeof names[0] == ENDPOINTS_MAX, "each endpoint has its name");
    return names[index];
}

static const char *label_source_of_failure(size_t index) {
    return label_source(index / SOURCE_OUTCOMES);
}

static const char *label_failure(size_t index) {
    static const char *const names[SOURCE_OUTCOMES] = {
        [BEACON_OUTCOME_ANSWERED] = "status",
        [BEACON_OUTCOME_TIMEOUT] = "timeout",
        [BEACON_OUTCOME_ERROR] = "unreachable",
        [BEACON_OUTCOME_INVALID] = "invalid",
    };
    return names[index % SOURCE_OUTCOMES];
}

static const char *label_source_of_announce(size_t index) {
    return label_source(index / 2);
}

static const char *label_taken_or_refused(size_t index) {
    return index % 2 == 0 ? "taken" : "refused";
}

static const char *label_announce_result(size_t index) {
    static const char *const names[METRIC_ANNOUNCE_RESULTS] = {"accepted", "repeated", "over-rate", "refused"};
    return names[index];
}

static const char *label_signal_fate(size_t index) {
    static const char *const names[METRIC_SIGNAL_FATES] = {"relayed", "expired", "ignored"};
    return names[index];
}

static const char *label_signal_verdict(size_t index) {
    return switchboard_verdict_name((enum switchboard_verdict)(index + 1));
}

static const char *label_server(size_t index) {
    static const char *const names[METRIC_SERVERS] = {"api", "services"};
    return names[index];
}

static const char *label_server_of(size_t index) {
    return label_server(index % METRIC_SERVERS);
}

static const char *label_dismissal(size_t index) {
    return http_dismissal_name((enum http_dismissal)(index / METRIC_SERVERS));
}

static const char *label_problem(size_t index) {
    return problem_code((enum problem)(index + 1));
}

/* ---- The table ---- */

struct labels {
    const char *keys[METRIC_LABELS_MAX];
    const char *(*values[METRIC_LABELS_MAX])(size_t index);
};
static const struct labels LABEL_SETS[] = {
#define LABELS(NAME, count, key0, value0, key1, value1)                                                                \
    [METRIC_LABELS_##NAME] = {{key0, key1}, {label_##value0, label_##value1}},
#include "metrics.def"
};

void metric_labels_of(const struct metric_family *family, size_t index, struct metric_label labels[METRIC_LABELS_MAX]) {
    const struct labels *set = &LABEL_SETS[family->labels];
    must(index < family->series_count);
    for (size_t i = 0; i < METRIC_LABELS_MAX; i++)
        labels[i] = (struct metric_label){set->keys[i], set->values[i](index)};
}
