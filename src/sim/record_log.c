/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/record_log.h"

const char *record_fault_text(enum record_fault fault) {
    static const char *const texts[] = {"well", "twice", "though it does not hold", "at the wrong time"};
    return texts[fault];
}

void record_log_fault(struct record_log *log, enum record_fault fault) {
    if (log->fault == RECORD_FAULT_NONE) log->fault = fault;
}

const struct record_note *record_log_find(const struct record_log *log, const struct object_id *id) {
    for (size_t i = 0; i < RECORD_LOG_NOTES && i < log->count; i++)
        if (object_id_equal(&log->notes[i].id, id)) return &log->notes[i];
    return NULL;
}

void record_log_add(struct record_log *log, const struct record_note *note) {
    if (record_log_find(log, &note->id) != NULL) record_log_fault(log, RECORD_FAULT_TWICE);
    log->notes[log->count++ % RECORD_LOG_NOTES] = *note;
}
