/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/history/history.h"

#include <string.h>

#include "base/memory.h"
#include "daemon/store/store.h"

enum {
    MINUTE_S = 60,
    PUT_EVERY = 10,    /* rows of seconds: what a kill may lose */
    WAITING_MAX = 128, /* rows; a load that takes two minutes */
    MOMENTS = 2,       /* this minute's, and the last one's while it is on its way to the disk */
};

/* One look-up of a moment, on the pool; outlives the history when that is gone first. */
struct look_up {
    struct look_up *next;
    struct history *history; /* NULL: nobody waits any more */
    char *folder;
    uint32_t at_s;
    struct history_moment moment;
    void (*done)(void *context, const struct history_moment *moment);
    void *context;
};

/* The rows of the disk, on their way from the pool. */
struct load {
    struct history *history; /* NULL: it is gone */
    char *folder;
    struct history_tiers *tiers;
};

struct history {
    struct loop *loop;
    struct store *store;
    char *folder;
    struct history_tiers *tiers;
    struct history_marks marks;
    uint32_t last_s; /* the second of the last row; 0: there is none yet */
    struct load *load;
    struct look_up *look_ups;
    size_t seconds_waiting;
    size_t waiting_count; /* rows that the store was not given */
    struct history_entry waiting[WAITING_MAX];
    uint8_t level;                          /* of moments[0] */
    struct history_moment moments[MOMENTS]; /* the newest first */
};

static char *text_copy(const char *text) {
    const size_t size = strlen(text) + 1;
    char *copy = memory_zeroed(1, size);
    memcpy(copy, text, size);
    return copy;
}

static uint32_t minute_of(uint32_t at_s) {
    return at_s - at_s % MINUTE_S;
}

/* ---- To the disk ---- */

static void put_waiting(struct history *history) {
    if (history->store != NULL && history->waiting_count > 0)
        store_put_history(history->store, history->waiting, history->waiting_count);
    history->waiting_count = history->seconds_waiting = 0;
}

static void wait_row(struct history *history, enum history_tier tier, const struct history_row *row) {
    if (history->waiting_count == WAITING_MAX) {
        history->waiting_count--;
        memmove(history->waiting, history->waiting + 1, history->waiting_count * sizeof history->waiting[0]);
    }
    history->waiting[history->waiting_count++] = (struct history_entry){tier, *row};
}

/* Its minute is over, or the node is: that is written with the hour that it is of, and with its links. Not while the
 * disk may know more of it than we do; then the seconds tell it at the next start. */
static void wait_coarser(struct history *history, uint32_t at_s) {
    if (history->load != NULL || at_s == 0) return;
    for (enum history_tier tier = HISTORY_MINUTES; tier <= HISTORY_HOURS; tier++) {
        struct history_row row;
        if (history_tiers_find(history->tiers, tier, at_s, &row)) wait_row(history, tier, &row);
    }
}

static void put_moment(struct history *history) {
    if (history->store != NULL && history->moments[0].at_s != 0) store_put_moment(history->store, &history->moments[0]);
}

/* ---- Each second ---- */

/* The worst second stands for its minute, of equals the last. */
static void take_moment(struct history *history, const struct history_evidence *evidence,
                        const struct history_row *row) {
    const bool is_new = minute_of(row->at_s) != minute_of(history->moments[0].at_s);
    if (!is_new && row->level < history->level) return;
    if (is_new) put_moment(history);
    if (is_new) history->moments[1] = history->moments[0];
    history_moment_take(&history->moments[0], evidence->links, evidence->link_count, row->at_s);
    history->level = row->level;
}

void history_take(struct history *history, const struct history_evidence *evidence) {
    struct history_row row;
    if (!history_sample(&history->marks, evidence, &row)) return;
    if (minute_of(row.at_s) != minute_of(history->last_s)) wait_coarser(history, history->last_s);
    history_tiers_put(history->tiers, &row);
    history->last_s = row.at_s;
    take_moment(history, evidence, &row);
    wait_row(history, HISTORY_SECONDS, &row);
    history->seconds_waiting++;
    if (history->load == NULL && history->seconds_waiting >= PUT_EVERY) put_waiting(history);
}

const struct history_tiers *history_rows(const struct history *history) {
    return history->tiers;
}

bool history_is_loaded(const struct history *history) {
    return history->load == NULL;
}

/* ---- Loading ---- */

static void restore(void *context, const struct history_entry *entry) {
    const bool is_good = history_tiers_restore(context, entry->tier, &entry->row);
    (void)is_good; /* what cannot be is a gap */
}

static void load_work(void *context) {
    struct load *load = context;
    struct err_detail detail;
    const enum err err = store_read_history(load->folder, restore, load->tiers, &detail);
    (void)err; /* what could not be read is a gap; the store says what ails the disk */
    history_tiers_mend(load->tiers);
}

/* What was taken since the start goes over what was on the disk. */
static void adopt(struct history *history, struct history_tiers *loaded) {
    for (size_t i = 0; i < HISTORY_SECOND_ROWS; i++) {
        const struct history_row row = history_second_row(&history->tiers->seconds[i]);
        if (row.at_s != 0) history_tiers_put(loaded, &row);
    }
    memory_free(history->tiers);
    history->tiers = loaded;
    history->load = NULL;
}

static void load_done(void *context) {
    struct load *load = context;
    if (load->history != NULL)
        adopt(load->history, load->tiers);
    else
        memory_free(load->tiers);
    memory_free(load->folder);
    memory_free(load);
    memory_give_back(); /* the database was read twice for the start: to check it, and for this */
}

static void load_begin(struct history *history) {
    struct load *load = memory_zeroed(1, sizeof *load);
    load->history = history;
    load->folder = text_copy(history->folder);
    load->tiers = memory_zeroed(1, sizeof *load->tiers);
    history->load = load;
    loop_work(history->loop, load_work, load_done, load);
}

/* ---- Moments ---- */

static void look_up_work(void *context) {
    struct look_up *look_up = context;
    struct err_detail detail;
    const enum err err = store_read_moment(look_up->folder, look_up->at_s, &look_up->moment, &detail);
    if (err != ERR_OK) look_up->moment.at_s = 0;
}

static void look_up_remove(struct look_up *look_up) {
    struct look_up **place = &look_up->history->look_ups;
    while (*place != look_up) place = &(*place)->next;
    *place = look_up->next;
    look_up->history = NULL;
}

static void look_up_done(void *context) {
    struct look_up *look_up = context;
    if (look_up->history != NULL) {
        look_up_remove(look_up);
        look_up->done(look_up->context, &look_up->moment);
    }
    memory_free(look_up->folder);
    memory_free(look_up);
}

void history_find_moment(struct history *history, uint32_t at_s,
                         void (*done)(void *context, const struct history_moment *moment), void *context) {
    for (size_t i = 0; i < MOMENTS; i++) {
        const struct history_moment *moment = &history->moments[i];
        if (moment->at_s == 0 || minute_of(moment->at_s) != minute_of(at_s)) continue;
        done(context, moment);
        return;
    }
    if (history->store == NULL) {
        done(context, &(struct history_moment){0});
        return;
    }
    struct look_up *look_up = memory_zeroed(1, sizeof *look_up);
    look_up->next = history->look_ups;
    look_up->history = history;
    look_up->folder = text_copy(history->folder);
    look_up->at_s = at_s;
    look_up->done = done;
    look_up->context = context;
    history->look_ups = look_up;
    loop_work(history->loop, look_up_work, look_up_done, look_up);
}

void history_forget(struct history *history, const void *context) {
    for (struct look_up *look_up = history->look_ups, *next; look_up != NULL; look_up = next) {
        next = look_up->next;
        if (look_up->context == context) look_up_remove(look_up);
    }
}

/* ---- Life ---- */

struct history *history_new(const struct history_options *options) {
    struct history *history = memory_zeroed(1, sizeof *history);
    history->loop = options->loop;
    history->store = options->store;
    history->marks.now_ms = loop_now_ms(options->loop);
    history->tiers = memory_zeroed(1, sizeof *history->tiers);
    if (history->store == NULL) return history;
    history->folder = text_copy(options->folder);
    load_begin(history);
    return history;
}

void history_free(struct history *history) {
    if (history == NULL) return;
    wait_coarser(history, history->last_s);
    put_moment(history);
    put_waiting(history);
    if (history->load != NULL) history->load->history = NULL;
    while (history->look_ups != NULL) look_up_remove(history->look_ups);
    memory_free(history->folder);
    memory_free(history->tiers);
    memory_free(history);
}
