/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/api/vocabulary.h"

#include "daemon/history/history_range.h"
#include "swarm/control/operation.h"
#include "swarm/dial/dial_wait.h"
#include "swarm/link/link_table.h"
#include "swarm/observe/finding.h"
#include "swarm/reach/reachability.h"
#include "swarm/refusal.h"

int vocabulary_end(enum vocabulary vocabulary) {
    switch (vocabulary) {
    case VOCABULARY_CONTROL: return CONTROL_COUNT;
    case VOCABULARY_DIAL_WAIT: return DIAL_WAIT_COUNT;
    case VOCABULARY_EVENT_CODE: return EVENT_COUNT;
    case VOCABULARY_EVENT_LEVEL: return EVENT_LEVEL_ERROR + 1;
    case VOCABULARY_FINDING: return FINDING_CODE_COUNT;
    case VOCABULARY_HISTORY_RANGE: return HISTORY_RANGES;
    case VOCABULARY_LINK_STATE: return LINK_STATE_CLOSED + 1;
    case VOCABULARY_OPERATION_STATE: return OPERATION_STATE_COUNT;
    case VOCABULARY_REACHABILITY: return REACHABILITY_PRIVATE + 1;
    case VOCABULARY_REASON: return REASON_COUNT;
    case VOCABULARY_REFUSAL: return REFUSAL_COUNT;
    case VOCABULARY_SWITCH: return SWITCH_COUNT;
    case VOCABULARY_VERDICT: return VERDICT_STOPPING + 1;
    }
    return 0;
}

const char *vocabulary_word(enum vocabulary vocabulary, int value) {
    switch (vocabulary) {
    case VOCABULARY_CONTROL: return control_name((enum control)value);
    /* A peer that is linked waits for nothing. */
    case VOCABULARY_DIAL_WAIT: return value == DIAL_WAIT_LINKED ? NULL : dial_wait_name((enum dial_wait)value);
    case VOCABULARY_EVENT_CODE: return event_name((enum event_code)value);
    case VOCABULARY_EVENT_LEVEL: return event_level_name((enum event_level)value);
    case VOCABULARY_FINDING: return finding_code_name((enum finding_code)value);
    case VOCABULARY_HISTORY_RANGE: return history_range_name((enum history_range)value);
    case VOCABULARY_LINK_STATE: return link_state_name((enum link_state)value);
    case VOCABULARY_OPERATION_STATE: return operation_state_name((enum operation_state)value);
    case VOCABULARY_REACHABILITY: return reachability_name((enum reachability)value);
    case VOCABULARY_REASON: return value == REASON_NONE ? NULL : reason_name((enum reason)value);
    case VOCABULARY_REFUSAL: return value == REFUSAL_NONE ? NULL : refusal_name((enum refusal)value);
    case VOCABULARY_SWITCH: return switch_name((enum control_switch)value);
    case VOCABULARY_VERDICT: return verdict_name((enum verdict)value);
    }
    return NULL;
}

bool vocabulary_read(enum vocabulary vocabulary, struct span word, int *value) {
    for (int i = 0; i < vocabulary_end(vocabulary); i++) {
        const char *known = vocabulary_word(vocabulary, i);
        if (known == NULL || !span_equal_text(word, known)) continue;
        *value = i;
        return true;
    }
    return false;
}
