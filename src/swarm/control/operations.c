/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/control/operations.h"

#include <stdio.h>
#include <string.h>

#include "base/deadline.h"
#include "base/memory.h"
#include "base/must.h"

bool operations_init(struct operations *operations, size_t capacity) {
    *operations = (struct operations){.capacity = capacity, .next_sequence = 1, .switches = switches_resting()};
    operations->rows = memory_try_zeroed(capacity, sizeof *operations->rows);
    const bool has_lists =
        block_list_init(&operations->blocks, capacity) && block_list_init(&operations->spare, capacity);
    return has_lists && operations->rows != NULL;
}

void operations_deinit(struct operations *operations) {
    block_list_deinit(&operations->blocks);
    block_list_deinit(&operations->spare);
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

/* What can be set: a switch, or the block of a target. */
struct subject_key {
    enum subject subject;
    enum control_switch which;
    const struct control_target *target;
};

static struct subject_key key_of(const struct operation *operation, const struct operation_setting *setting) {
    return (struct subject_key){setting->subject, setting->which, &operation->target};
}

static bool is_of(const struct operation *operation, const struct operation_setting *setting,
                  const struct subject_key *key) {
    if (setting->subject != key->subject) return false;
    return setting->subject == SUBJECT_SWITCH ? setting->which == key->which
                                              : control_target_equal(&operation->target, key->target);
}

static struct operation_setting *setting_of(struct operation_row *row, const struct subject_key *key) {
    for (size_t i = 0; i < row->operation.setting_count; i++) {
        struct operation_setting *setting = &row->operation.settings[i];
        if (!setting->is_lost && is_of(&row->operation, setting, key)) return setting;
    }
    return NULL;
}

static bool has_acted(const struct operation_row *row) {
    return !row->is_gone && row->operation.state != OPERATION_PENDING && row->operation.state != OPERATION_FAILED;
}

/* The last one that set it, whether it is still in force or was taken back: the position follows from it. */
static struct operation_row *last_setter(const struct operations *operations, const struct subject_key *key) {
    for (size_t i = operations->count; i-- > 0;) {
        struct operation_row *row = &operations->rows[i];
        if (has_acted(row) && setting_of(row, key) != NULL) return row;
    }
    return NULL;
}

static uint8_t position_by(struct operation_row *row, const struct subject_key *key) {
    const struct operation_setting *setting = setting_of(row, key);
    return is_in_force(row) ? setting->value : setting->before;
}

static uint8_t position(const struct operations *operations, const struct subject_key *key) {
    struct operation_row *row = last_setter(operations, key);
    if (row != NULL) return position_by(row, key);
    return key->subject == SUBJECT_SWITCH && switch_resting(key->which);
}

static bool rests(const struct subject_key *key, uint8_t value) {
    return value == (key->subject == SUBJECT_SWITCH && switch_resting(key->which));
}

enum standing operations_standing(const struct operations *operations, const struct node_id *id) {
    const struct control_target target = {.kind = TARGET_NODE, .node_id = *id};
    const struct subject_key key = {SUBJECT_STANDING, 0, &target};
    return (enum standing)position(operations, &key);
}

const struct operation_row *operations_holder(const struct operations *operations, enum control_switch which) {
    const struct subject_key key = {SUBJECT_SWITCH, which, NULL};
    const struct operation_row *row = last_setter(operations, &key);
    return row != NULL && is_in_force(row) ? row : NULL;
}

const struct operation_row *operations_endpoint(const struct operations *operations) {
    for (size_t i = operations->count; i-- > 0;) {
        const struct operation_row *row = &operations->rows[i];
        const struct operation *operation = &row->operation;
        const bool is_choice = operation->setting_count == 1 && operation->settings[0].subject == SUBJECT_ENDPOINT;
        if (is_choice && has_acted(row) && is_in_force(row) && !operation->settings[0].is_lost) return row;
    }
    return NULL;
}

/* ---- What follows ---- */

static const struct block *known_block(const struct block_list *list, const struct control_target *target) {
    for (size_t i = 0; i < list->count; i++)
        if (control_target_equal(&list->rows[i].target, target)) return &list->rows[i];
    return NULL;
}

/* The hits of one that stays go on counting. */
static void block_gather(const struct block_list *old, struct block_list *fresh, struct operation_row *row) {
    const struct operation *operation = &row->operation;
    const struct subject_key key = {SUBJECT_BLOCK, 0, &operation->target};
    if (!has_acted(row) || setting_of(row, &key) == NULL) return;
    const uint8_t direction = position_by(row, &key);
    if (direction == 0) return;
    struct block block = {.target = operation->target, .direction = direction, .operation = operation->id};
    const struct block *known = known_block(old, &operation->target);
    if (known != NULL) block.hits = known->hits;
    if (known != NULL) block.last_hit_ms = known->last_hit_ms;
    fresh->rows[fresh->count++] = block;
}

/* Positions are what the operations say: nothing else sets one. */
static void follow(struct operations *operations) {
    for (enum control_switch i = 0; i < SWITCH_COUNT; i++)
        operations->switches.is_on[i] = position(operations, &(struct subject_key){SUBJECT_SWITCH, i, NULL}) != 0;
    operations->revision++;
    const struct block_list old = operations->blocks;
    operations->blocks = operations->spare;
    operations->spare = old;
    operations->blocks.count = 0;
    for (size_t i = operations->count; i-- > 0;) block_gather(&old, &operations->blocks, &operations->rows[i]);
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
static bool is_needed(const struct operations *operations, struct operation_row *row) {
    if (row->operation.state == OPERATION_PENDING) return true;
    for (size_t i = 0; i < row->operation.setting_count; i++) {
        const struct subject_key key = key_of(&row->operation, &row->operation.settings[i]);
        if (key.subject == SUBJECT_LINK || last_setter(operations, &key) != row) continue;
        if (key.subject == SUBJECT_ENDPOINT) return operations_endpoint(operations) == row;
        if (is_in_force(row) ? key.subject == SUBJECT_SWITCH || row->operation.settings[i].value != 0
                             : !rests(&key, row->operation.settings[i].before))
            return true;
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
static uint8_t base_position(const struct operations *operations, const struct subject_key *key) {
    struct operation_row *last = last_setter(operations, key);
    if (last == NULL || !is_in_force(last) || !is_temporary(last)) return position(operations, key);
    return setting_of(last, key)->before;
}

static void lose(struct operations *operations, const struct subject_key *key, const struct operation_row *to,
                 struct clocks at) {
    for (struct operation_row *row = operations->rows; row != to; row++) { /* those before it */
        if (row->is_gone) continue;
        struct operation_setting *setting = setting_of(row, key);
        if (setting == NULL) continue;
        setting->is_lost = true;
        note(row);
        if (is_in_force(row) && !operation_is_held(&row->operation)) enter(row, OPERATION_SUPERSEDED, at);
    }
}

/* From now on it is the last one that set what it sets, in force or (after a restart) ended. */
static void set_all(struct operations *operations, struct operation_row *row, struct clocks at) {
    for (size_t i = 0; i < row->operation.setting_count; i++) {
        const struct subject_key key = key_of(&row->operation, &row->operation.settings[i]);
        if (!row->operation.settings[i].is_lost) lose(operations, &key, row, at);
    }
}

static void take_back(struct operations *operations, struct operation_row *row, enum operation_state state,
                      struct clocks at) {
    enter(row, state, at);
    follow(operations);
}

/* ---- Journaling ---- */

static bool note_before(const struct operations *operations, struct operation *operation) {
    bool has_changed = false;
    for (size_t i = 0; i < operation->setting_count; i++) {
        const struct subject_key key = key_of(operation, &operation->settings[i]);
        const uint8_t before = base_position(operations, &key);
        has_changed |= before != operation->settings[i].before;
        operation->settings[i].before = before;
    }
    return has_changed;
}

/* It is written as what it will be: if we end before it takes effect, it has taken effect when we are back. */
static void journal_begin(struct operations *operations, struct operation_row *row) {
    struct operation *operation = &row->operation;
    (void)note_before(operations, operation);
    operation->sequence = operations->next_sequence++;
    operations->journaling = operation->id;
    note(row);
}

static void journal_next(struct operations *operations) {
    if (operations->journaling != 0) return;
    for (size_t i = 0; i < operations->count; i++) {
        struct operation_row *row = &operations->rows[i];
        if (row->is_gone || (row->operation.state != OPERATION_PENDING && !row->is_keeping)) continue;
        if (row->is_keeping) {
            operations->journaling = row->operation.id;
            note(row);
        } else {
            journal_begin(operations, row);
        }
        return;
    }
}

static void take_effect(struct operations *operations, struct operation_row *row, struct clocks at) {
    const struct operation *operation = &row->operation;
    if (operation->left_ms > 0) row->ends_ms = at.now_ms + operation->left_ms;
    if (operation->confirm_left_ms > 0) row->confirm_ms = at.now_ms + operation->confirm_left_ms;
    if (note_before(operations, &row->operation)) note(row); /* something was taken back while it was written */
    row->operation.state = operation->confirm_left_ms > 0 ? OPERATION_AWAITING : OPERATION_APPLIED;
    set_all(operations, row, at);
    follow(operations);
}

void operations_journaled(struct operations *operations, uint64_t id, bool is_kept, struct clocks at) {
    struct operation_row *row = find(operations, id);
    if (row == NULL || operations->journaling != id) return;
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
    journal_next(operations);
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
        row->noted_ms = at.now_ms;
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
    if (operation->control != request->control || operation->for_ms != request->for_ms ||
        operation->confirm_ms != request->confirm_ms || operation->direction != request->direction)
        return false;
    return request->target == NULL || control_target_equal(&operation->target, request->target);
}

static const struct operation *find_by_key(const struct operations *operations, const char *key) {
    for (size_t i = 0; key[0] != '\0' && i < operations->count; i++) {
        const struct operation_row *row = &operations->rows[i];
        const bool counts = !row->is_gone && row->operation.state != OPERATION_FAILED; /* that may be tried again */
        if (counts && strcmp(row->operation.key, key) == 0) return &row->operation;
    }
    return NULL;
}

uint64_t operations_id_of_key(const struct operations *operations, const char *key) {
    const struct operation *known = find_by_key(operations, key);
    return known == NULL ? 0 : known->id;
}

/* What stays for each of any number of targets. */
static bool may_fill(enum control control) {
    return control == CONTROL_BLOCK_ADD || control == CONTROL_PENDING_APPROVE || control == CONTROL_PENDING_REJECT;
}

static size_t count_targets(const struct operations *operations) {
    size_t count = 0;
    for (size_t i = 0; i < operations->count; i++) {
        struct operation_row *row = &operations->rows[i];
        if (!has_acted(row) || row->operation.setting_count != 1) continue; /* that is what has a target */
        const struct subject_key key = key_of(&row->operation, &row->operation.settings[0]);
        const bool is_kept = key.subject == SUBJECT_BLOCK || key.subject == SUBJECT_STANDING;
        count += is_kept && setting_of(row, &key) != NULL && position_by(row, &key) != 0;
    }
    return count;
}

enum operation_answer operations_ask(struct operations *operations, const struct operation_request *request,
                                     uint64_t id, struct clocks at) {
    const struct operation *known = find_by_key(operations, request->key);
    if (known != NULL) return is_same_request(known, request) ? OPERATION_KNOWN : OPERATION_OTHER;
    if (may_fill(request->control) && count_targets(operations) >= operations->capacity / 4 * 3)
        return OPERATION_NO_ROOM; /* who blocked many must still be able to isolate */
    must(id != 0 && find(operations, id) == NULL);
    struct operation_row *row = row_add(operations);
    if (row == NULL) return OPERATION_NO_ROOM;
    struct operation *operation = &row->operation;
    operation->id = id;
    operation->control = request->control;
    operation->asked_at_ms = at.wall_ms;
    operation->for_ms = operation->left_ms = request->for_ms;
    operation->confirm_ms = operation->confirm_left_ms = request->confirm_ms;
    operation->direction = request->direction;
    if (request->target != NULL) operation->target = *request->target;
    (void)snprintf(operation->author, sizeof operation->author, "%s", request->author);
    (void)snprintf(operation->reason, sizeof operation->reason, "%s", request->reason);
    (void)snprintf(operation->key, sizeof operation->key, "%s", request->key);
    operation_fill_settings(operation);
    journal_next(operations);
    return OPERATION_ASKED;
}

enum operation_answer operations_keep(struct operations *operations, uint64_t id) {
    struct operation_row *row = find(operations, id);
    if (row == NULL) return OPERATION_ABSENT;
    if (row->operation.state != OPERATION_AWAITING) return OPERATION_TOO_LATE;
    row->is_keeping = true;
    journal_next(operations);
    return OPERATION_DONE;
}

bool operations_can_revert(const struct operation_row *row) {
    return is_in_force(row) && !row->is_keeping && operation_is_held(&row->operation);
}

enum operation_answer operations_revert(struct operations *operations, uint64_t id, struct clocks at) {
    struct operation_row *row = find(operations, id);
    if (row == NULL) return OPERATION_ABSENT;
    if (!operations_can_revert(row)) return OPERATION_TOO_LATE;
    take_back(operations, row, OPERATION_REVERTED, at);
    return OPERATION_DONE;
}

/* ---- Time ---- */

enum { NOTE_MS = 60000 };

static bool has_time_left(const struct operation_row *row) {
    return is_in_force(row) && (row->ends_ms != INT64_MAX || row->confirm_ms != INT64_MAX);
}

/* That it is being kept stops the one clock, not the other. True: it has ended. */
static bool row_tick(struct operation_row *row, struct clocks at) {
    if (!has_time_left(row)) return false;
    const bool is_unkept = row->confirm_ms <= at.now_ms && !row->is_keeping, is_over = row->ends_ms <= at.now_ms;
    if (is_unkept || is_over) {
        enter(row, is_unkept ? OPERATION_REVERTED : OPERATION_EXPIRED, at);
        return true;
    }
    if (at.now_ms - row->noted_ms >= NOTE_MS) note(row);
    return false;
}

void operations_tick(struct operations *operations, struct clocks at) {
    bool has_any_ended = false;
    for (size_t i = 0; i < operations->count; i++) has_any_ended |= row_tick(&operations->rows[i], at);
    if (has_any_ended) follow(operations); /* once: a thousand blocks may end together */
}

void operations_woke(struct operations *operations, int64_t stood_ms) {
    for (size_t i = 0; i < operations->count; i++) {
        struct operation_row *row = &operations->rows[i];
        if (row->ends_ms != INT64_MAX) row->ends_ms -= stood_ms;
        if (row->confirm_ms != INT64_MAX) row->confirm_ms -= stood_ms;
    }
}

int64_t operations_deadline_ms(const struct operations *operations) {
    int64_t deadline_ms = INT64_MAX;
    for (size_t i = 0; i < operations->count; i++) {
        const struct operation_row *row = &operations->rows[i];
        if (!has_time_left(row)) continue;
        if (!row->is_keeping) deadline_ms = deadline_earlier(deadline_ms, row->confirm_ms);
        deadline_ms = deadline_earlier(deadline_ms, deadline_earlier(row->ends_ms, row->noted_ms + NOTE_MS));
    }
    return deadline_ms;
}

/* ---- From the disk ---- */

static bool is_in_form(const struct operation *operation) {
    struct operation proper = {.control = operation->control, .direction = operation->direction};
    if (operation->id == 0 || operation->control >= CONTROL_COUNT || operation->state >= OPERATION_STATE_COUNT)
        return false;
    if (operation->direction > BLOCK_ALL || operation->target.kind >= TARGET_KIND_COUNT) return false;
    if (control_needs_target(operation->control) && !control_takes_target(operation->control, operation->target.kind))
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

static void replay(struct operations *operations, struct operation_row *row, struct clocks at) {
    const struct operation *operation = &row->operation;
    if (!has_acted(row)) return;
    set_all(operations, row, at);
    if (!is_in_force(row)) return;
    if (operation->left_ms > 0) row->ends_ms = at.now_ms + left_now_ms(operation, operation->left_ms, at);
    if (operation->state == OPERATION_AWAITING) row->confirm_ms = at.now_ms; /* nobody has kept it */
    if (has_time_left(row)) note(row); /* so that the next restart begins from here, whatever the clock says then */
}

void operations_begin(struct operations *operations, struct clocks at) {
    for (size_t i = 0; i < operations->count; i++) {
        struct operation_row *row = &operations->rows[i];
        replay(operations, row, at);
        if (row->operation.sequence >= operations->next_sequence)
            operations->next_sequence = row->operation.sequence + 1;
    }
    follow(operations);
    operations_tick(operations, at);
}
