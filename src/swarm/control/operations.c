/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/control/operations.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/must.h"

bool operations_init(struct operations *operations, size_t capacity) {
    *operations = (struct operations){.capacity = capacity, .next_sequence = 1, .switches = switches_resting()};
    operations->rows = memory_try_zeroed(capacity, sizeof *operations->rows);
    return operations->rows != NULL;
}

void operations_deinit(struct operations *operations) {
    memory_free(operations->rows);
    operations->rows = NULL;
}

/* ---- Rows ---- */

static struct operation_row *find(const struct operations *operations, uint64_t id) {
    for (size_t i = 0; i < operations->count; i++)
        if (operations->rows[i].operation.id == id && !operations->rows[i].is_gone) return &operations->rows[i];
    return NULL;
}

const struct operation_row *operations_find(const struct operations *operations, uint64_t id) {
    return find(operations, id);
}

static bool is_in_force(const struct operation_row *row) {
    return operation_state_is_in_force(row->operation.state);
}

static bool is_temporary(const struct operation_row *row) {
    return row->ends_ms != INT64_MAX || row->operation.state == OPERATION_AWAITING;
}

static struct operation_setting *setting_of(struct operation_row *row, enum control_switch which) {
    for (size_t i = 0; i < row->operation.setting_count; i++)
        if (row->operation.settings[i].which == which && !row->operation.settings[i].is_lost)
            return &row->operation.settings[i];
    return NULL;
}

/* The last one that threw the switch, whether it is still in force or was taken back: the position follows from it. */
static struct operation_row *last_thrower(const struct operations *operations, enum control_switch which) {
    for (size_t i = operations->count; i-- > 0;) {
        struct operation_row *row = &operations->rows[i];
        const bool has_thrown = row->operation.state != OPERATION_PENDING && row->operation.state != OPERATION_FAILED;
        if (!row->is_gone && has_thrown && setting_of(row, which) != NULL) return row;
    }
    return NULL;
}

const struct operation_row *operations_holder(const struct operations *operations, enum control_switch which) {
    const struct operation_row *row = last_thrower(operations, which);
    return row != NULL && is_in_force(row) ? row : NULL;
}

static void note(struct operation_row *row) {
    row->is_unsaved = true;
}

static void enter(struct operation_row *row, enum operation_state state, struct clocks at) {
    row->operation.state = state;
    row->is_keeping = false;
    if (!operation_state_is_in_force(state) && state != OPERATION_PENDING) {
        row->operation.ended_at_ms = at.wall_ms;
        row->ends_ms = INT64_MAX;
    }
    if (state != OPERATION_AWAITING) row->confirm_ms = INT64_MAX;
    note(row);
}

/* ---- Room ---- */

/* Does a position follow from it that would not be without it? */
static bool is_needed(const struct operations *operations, const struct operation_row *row) {
    if (row->operation.state == OPERATION_PENDING) return true;
    for (size_t i = 0; i < row->operation.setting_count; i++) {
        const enum control_switch which = row->operation.settings[i].which;
        const bool rests = operations->switches.is_on[which] == switch_resting(which);
        if (last_thrower(operations, which) == row && (is_in_force(row) || !rests)) return true;
    }
    return false;
}

static void remove_at(struct operations *operations, size_t index) {
    operations->count--;
    memmove(&operations->rows[index], &operations->rows[index + 1],
            (operations->count - index) * sizeof *operations->rows);
}

/* One for history is not kept longer than there is room; the disk is told first. */
static void make_room(struct operations *operations) {
    size_t present = 0;
    for (size_t i = 0; i < operations->count; i++) present += !operations->rows[i].is_gone;
    for (size_t i = 0; i < operations->count && present + 1 >= operations->capacity; i++) {
        struct operation_row *row = &operations->rows[i];
        if (row->is_gone || row->is_unsaved || is_needed(operations, row)) continue;
        row->is_gone = row->is_unsaved = true;
        present--;
    }
}

static struct operation_row *row_add(struct operations *operations) {
    make_room(operations);
    if (operations->count == operations->capacity) return NULL;
    struct operation_row *row = &operations->rows[operations->count++];
    *row = (struct operation_row){.ends_ms = INT64_MAX, .confirm_ms = INT64_MAX};
    return row;
}

/* ---- Taking effect, and back ---- */

/* What would hold without those that end by themselves. */
static bool base_position(const struct operations *operations, enum control_switch which) {
    struct operation_row *last = last_thrower(operations, which);
    if (last == NULL || !is_in_force(last) || !is_temporary(last)) return operations->switches.is_on[which];
    return setting_of(last, which)->was_on;
}

static void lose(struct operations *operations, enum control_switch which, const struct operation_row *to,
                 struct clocks at) {
    for (struct operation_row *row = operations->rows; row != to; row++) { /* those before it */
        if (row->is_gone) continue;
        struct operation_setting *setting = setting_of(row, which);
        if (setting == NULL) continue;
        setting->is_lost = true;
        note(row);
        if (is_in_force(row) && !operation_is_held(&row->operation)) enter(row, OPERATION_SUPERSEDED, at);
    }
}

static void throw_all(struct operations *operations, struct operation_row *row, struct clocks at) {
    for (size_t i = 0; i < row->operation.setting_count; i++) {
        const struct operation_setting *setting = &row->operation.settings[i];
        if (setting->is_lost) continue;
        lose(operations, setting->which, row, at);
        operations->switches.is_on[setting->which] = setting->is_on;
    }
}

static void take_back(struct operations *operations, struct operation_row *row, enum operation_state state,
                      struct clocks at) {
    for (size_t i = 0; i < row->operation.setting_count; i++) {
        const struct operation_setting *setting = &row->operation.settings[i];
        if (!setting->is_lost) operations->switches.is_on[setting->which] = setting->was_on;
    }
    enter(row, state, at);
}

/* ---- Journaling ---- */

/* It is written as what it will be: if we end before it takes effect, it has taken effect when we are back. */
static void journal_begin(struct operations *operations, struct operation_row *row, struct clocks at) {
    struct operation *operation = &row->operation;
    for (size_t i = 0; i < operation->setting_count; i++)
        operation->settings[i].was_on = base_position(operations, operation->settings[i].which);
    operation->sequence = operations->next_sequence++;
    operations->journaling = operation->id;
    (void)at;
    note(row);
}

static void journal_next(struct operations *operations, struct clocks at) {
    if (operations->journaling != 0) return;
    for (size_t i = 0; i < operations->count; i++) {
        struct operation_row *row = &operations->rows[i];
        if (row->is_gone || (row->operation.state != OPERATION_PENDING && !row->is_keeping)) continue;
        if (row->is_keeping) {
            operations->journaling = row->operation.id;
            note(row);
        } else {
            journal_begin(operations, row, at);
        }
        return;
    }
}

static void take_effect(struct operations *operations, struct operation_row *row, struct clocks at) {
    const struct operation *operation = &row->operation;
    if (operation->left_ms > 0) row->ends_ms = at.now_ms + operation->left_ms;
    if (operation->confirm_left_ms > 0) row->confirm_ms = at.now_ms + operation->confirm_left_ms;
    row->operation.state = operation->confirm_left_ms > 0 ? OPERATION_AWAITING : OPERATION_APPLIED;
    throw_all(operations, row, at);
}

bool operations_journaled(struct operations *operations, uint64_t id, bool is_kept, struct clocks at) {
    struct operation_row *row = find(operations, id);
    if (row == NULL || operations->journaling != id) return false;
    operations->journaling = 0;
    const bool was_pending = row->operation.state == OPERATION_PENDING;
    if (was_pending && is_kept)
        take_effect(operations, row, at);
    else if (was_pending)
        enter(row, OPERATION_FAILED, at);
    else if (row->is_keeping && is_kept) {
        row->operation.state = OPERATION_CONFIRMED;
        row->confirm_ms = INT64_MAX;
    }
    row->is_keeping = false;
    if (!is_kept) note(row); /* what waits for the disk must not come true later */
    journal_next(operations, at);
    return true;
}

/* What is written of a row: what it will be, and how long is left as of now. */
static void write_as(const struct operation_row *row, struct operation *operation, struct clocks at) {
    *operation = row->operation;
    operation->noted_at_ms = at.wall_ms;
    if (row->ends_ms != INT64_MAX) operation->left_ms = row->ends_ms > at.now_ms ? row->ends_ms - at.now_ms : 1;
    if (row->confirm_ms != INT64_MAX)
        operation->confirm_left_ms = row->confirm_ms > at.now_ms ? row->confirm_ms - at.now_ms : 1;
    if (operation->state == OPERATION_PENDING)
        operation->state = operation->confirm_left_ms > 0 ? OPERATION_AWAITING : OPERATION_APPLIED;
    if (row->is_keeping) operation->state = OPERATION_CONFIRMED;
}

bool operations_next_unsaved(struct operations *operations, struct operation *operation, bool *is_gone, bool *waits,
                             struct clocks at) {
    for (size_t i = 0; i < operations->count; i++) {
        struct operation_row *row = &operations->rows[i];
        const bool is_its_turn = row->operation.id == operations->journaling;
        if (!row->is_unsaved || (row->operation.state == OPERATION_PENDING && !is_its_turn)) continue;
        write_as(row, operation, at);
        *is_gone = row->is_gone;
        *waits = is_its_turn && !row->is_gone;
        row->is_unsaved = false;
        if (row->is_gone) remove_at(operations, i);
        return true;
    }
    return false;
}

/* ---- Asking ---- */

static bool is_same_request(const struct operation *operation, const struct operation_request *request) {
    return operation->control == request->control;
}

static const struct operation *find_by_key(const struct operations *operations, const char *key) {
    for (size_t i = 0; key[0] != '\0' && i < operations->count; i++)
        if (!operations->rows[i].is_gone && strcmp(operations->rows[i].operation.key, key) == 0)
            return &operations->rows[i].operation;
    return NULL;
}

uint64_t operations_id_of_key(const struct operations *operations, const char *key) {
    const struct operation *known = find_by_key(operations, key);
    return known == NULL ? 0 : known->id;
}

enum operation_answer operations_ask(struct operations *operations, const struct operation_request *request,
                                     uint64_t id, struct clocks at) {
    const struct operation *known = find_by_key(operations, request->key);
    if (known != NULL) return is_same_request(known, request) ? OPERATION_KNOWN : OPERATION_OTHER;
    must(id != 0 && find(operations, id) == NULL);
    struct operation_row *row = row_add(operations);
    if (row == NULL) return OPERATION_NO_ROOM;
    struct operation *operation = &row->operation;
    operation->id = id;
    operation->control = request->control;
    operation->asked_at_ms = at.wall_ms;
    operation->left_ms = request->for_ms;
    operation->confirm_left_ms = request->confirm_ms;
    (void)snprintf(operation->author, sizeof operation->author, "%s", request->author);
    (void)snprintf(operation->reason, sizeof operation->reason, "%s", request->reason);
    (void)snprintf(operation->key, sizeof operation->key, "%s", request->key);
    operation_fill_settings(operation);
    journal_next(operations, at);
    return OPERATION_ASKED;
}

enum operation_answer operations_keep(struct operations *operations, uint64_t id, struct clocks at) {
    struct operation_row *row = find(operations, id);
    if (row == NULL) return OPERATION_ABSENT;
    if (row->operation.state != OPERATION_AWAITING) return OPERATION_TOO_LATE;
    row->is_keeping = true;
    journal_next(operations, at);
    return OPERATION_DONE;
}

enum operation_answer operations_revert(struct operations *operations, uint64_t id, struct clocks at) {
    struct operation_row *row = find(operations, id);
    if (row == NULL) return OPERATION_ABSENT;
    if (!is_in_force(row) || row->is_keeping) return OPERATION_TOO_LATE;
    take_back(operations, row, OPERATION_REVERTED, at);
    return OPERATION_DONE;
}

/* ---- Time ---- */

static bool row_run_out(struct operations *operations, struct operation_row *row, struct clocks at) {
    if (!is_in_force(row) || row->is_keeping) return false;
    if (row->confirm_ms <= at.now_ms)
        take_back(operations, row, OPERATION_REVERTED, at);
    else if (row->ends_ms <= at.now_ms)
        take_back(operations, row, OPERATION_EXPIRED, at);
    else
        return false;
    return true;
}

bool operations_tick(struct operations *operations, struct clocks at) {
    bool has_changed = false;
    for (size_t i = 0; i < operations->count; i++) has_changed |= row_run_out(operations, &operations->rows[i], at);
    return has_changed;
}

int64_t operations_deadline_ms(const struct operations *operations) {
    int64_t deadline_ms = INT64_MAX;
    for (size_t i = 0; i < operations->count; i++) {
        const struct operation_row *row = &operations->rows[i];
        if (!is_in_force(row) || row->is_keeping) continue;
        if (row->confirm_ms < deadline_ms) deadline_ms = row->confirm_ms;
        if (row->ends_ms < deadline_ms) deadline_ms = row->ends_ms;
    }
    return deadline_ms;
}

/* ---- From the disk ---- */

static bool is_in_form(const struct operation *operation) {
    struct operation proper = {.control = operation->control};
    if (operation->id == 0 || operation->control >= CONTROL_COUNT || operation->state >= OPERATION_STATE_COUNT)
        return false;
    operation_fill_settings(&proper);
    if (proper.setting_count != operation->setting_count) return false;
    for (size_t i = 0; i < proper.setting_count; i++)
        if (proper.settings[i].which != operation->settings[i].which) return false;
    return operation->state != OPERATION_PENDING && operation->left_ms >= 0 && operation->confirm_left_ms >= 0;
}

bool operations_load(struct operations *operations, const struct operation *operation) {
    if (!is_in_form(operation) || operations->count == operations->capacity) return false;
    if (find(operations, operation->id) != NULL) return false;
    size_t at = operations->count++;
    for (; at > 0 && operations->rows[at - 1].operation.sequence > operation->sequence; at--)
        operations->rows[at] = operations->rows[at - 1];
    operations->rows[at] = (struct operation_row){
        .operation = *operation, .told = operation->state, .ends_ms = INT64_MAX, .confirm_ms = INT64_MAX};
    return true;
}

/* The clock may have been set either way while we were gone: less time may be left than it says, never more. */
static int64_t left_now_ms(const struct operation *operation, int64_t left_ms, struct clocks at) {
    const int64_t gone_ms = at.wall_ms > operation->noted_at_ms ? at.wall_ms - operation->noted_at_ms : 0;
    return left_ms > gone_ms ? left_ms - gone_ms : 0;
}

/* One that has ended, and that nobody came after, left its switches where it had found them. */
static void replay_ended(struct operations *operations, struct operation_row *row, struct clocks at) {
    if (row->operation.state == OPERATION_FAILED) return;
    for (size_t i = 0; i < row->operation.setting_count; i++) {
        const struct operation_setting *setting = &row->operation.settings[i];
        if (setting->is_lost) continue;
        lose(operations, setting->which, row, at);
        operations->switches.is_on[setting->which] = setting->was_on;
    }
}

static void replay(struct operations *operations, struct operation_row *row, struct clocks at) {
    const struct operation *operation = &row->operation;
    if (!is_in_force(row)) {
        replay_ended(operations, row, at);
        return;
    }
    if (operation->left_ms > 0) row->ends_ms = at.now_ms + left_now_ms(operation, operation->left_ms, at);
    if (operation->state == OPERATION_AWAITING) row->confirm_ms = at.now_ms; /* nobody has kept it */
    throw_all(operations, row, at);
}

void operations_begin(struct operations *operations, struct clocks at) {
    for (size_t i = 0; i < operations->count; i++) {
        struct operation_row *row = &operations->rows[i];
        replay(operations, row, at);
        if (row->operation.sequence >= operations->next_sequence)
            operations->next_sequence = row->operation.sequence + 1;
    }
    (void)operations_tick(operations, at);
}
