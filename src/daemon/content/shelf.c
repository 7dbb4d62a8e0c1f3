/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/content/shelf.h"

#include <string.h>

#include "base/memory.h"
#include "base/must.h"

struct kept {
    struct quarantine_entry entry;
    bool is_settled; /* compared, or never to be */
};
struct shelf {
    struct shelf_options options;
    struct tether tether;
    struct kept kept[QUARANTINE_ENTRIES_MAX];
    size_t count;
    struct kept read[QUARANTINE_ENTRIES_MAX]; /* by a list under way */
    size_t read_count;
    bool is_reading, is_read_again;
    bool has_failed;                       /* the last list did: shelf_look_again asks for another */
    uint64_t gone[QUARANTINE_ENTRIES_MAX]; /* numbers that were removed: a list under way may still have them */
    size_t next_gone;
    uint64_t not_kept;
    /* The comparison under way: */
    bool is_comparing;
    struct quarantine_entry entry; /* what it is about */
    uint8_t *good;
    size_t good_size;
    enum object_kind good_kind;
    uint64_t looked_at_commits;
};

static void free_shelf(void *subject) {
    struct shelf *shelf = subject;
    memory_free(shelf->good);
    memory_free(shelf);
}

void shelf_close(struct shelf *shelf) {
    if (shelf != NULL) tether_close(&shelf->tether);
}

static struct kept *find(struct shelf *shelf, uint64_t number) {
    for (size_t i = 0; i < shelf->count; i++)
        if (shelf->kept[i].entry.number == number) return &shelf->kept[i];
    return NULL;
}

size_t shelf_count(const struct shelf *shelf) {
    return shelf->count;
}

const struct quarantine_entry *shelf_at(const struct shelf *shelf, size_t index) {
    must(index < shelf->count);
    return &shelf->kept[index].entry;
}

uint64_t shelf_not_kept(const struct shelf *shelf) {
    return shelf->not_kept;
}

/* ---- What the store says of it ---- */

static bool is_gone(const struct shelf *shelf, uint64_t number) {
    for (size_t i = 0; i < QUARANTINE_ENTRIES_MAX; i++)
        if (shelf->gone[i] == number) return true;
    return false;
}

static void read_anew(struct shelf *shelf);

static void take_entry(void *context, const struct quarantine_entry *entry) {
    struct shelf *shelf = context;
    const bool has_room = shelf->read_count < QUARANTINE_ENTRIES_MAX;
    if (shelf->tether.is_closed || !has_room || is_gone(shelf, entry->number)) return;
    const struct kept *known = find(shelf, entry->number);
    const bool is_settled = entry->first_difference >= 0 || (known != NULL && known->is_settled);
    shelf->read[shelf->read_count++] = (struct kept){*entry, is_settled};
}

static void entries_read(void *context, const struct content_result *result) {
    struct shelf *shelf = context;
    if (!tether_call_back(&shelf->tether)) return;
    shelf->is_reading = false;
    shelf->has_failed = result->answer != CONTENT_OK;
    if (!shelf->has_failed) {
        memcpy(shelf->kept, shelf->read, shelf->read_count * sizeof shelf->kept[0]);
        shelf->count = shelf->read_count;
    }
    if (shelf->is_read_again) read_anew(shelf);
}

static void read_anew(struct shelf *shelf) {
    shelf->is_read_again = shelf->is_reading;
    if (shelf->is_reading) return;
    shelf->is_reading = true;
    shelf->read_count = 0;
    tether_call(&shelf->tether);
    content_store_list_quarantine(shelf->options.store, take_entry, (struct content_done){entries_read, shelf});
}

static void changed(void *context, const struct content_result *result) {
    struct shelf *shelf = context;
    (void)result; /* of a failure the store tells everybody */
    if (tether_call_back(&shelf->tether)) read_anew(shelf);
}

static void put(void *context, const struct content_result *result) {
    struct shelf *shelf = context;
    shelf->not_kept += result->answer != CONTENT_OK;
    changed(context, result);
}

void shelf_put(struct shelf *shelf, const struct quarantine_entry *entry, struct span bytes) {
    tether_call(&shelf->tether);
    if (content_store_put_quarantine(shelf->options.store, entry, bytes, (struct content_done){put, shelf}) ==
        CONTENT_OK)
        return;
    tether_uncall(&shelf->tether);
    shelf->not_kept++;
}

bool shelf_remove(struct shelf *shelf, uint64_t number, struct content_done done) {
    struct kept *kept = find(shelf, number);
    if (kept == NULL) return false;
    const size_t after = (size_t)(&shelf->kept[shelf->count] - kept) - 1;
    memmove(kept, kept + 1, after * sizeof *kept);
    shelf->count--;
    shelf->gone[shelf->next_gone++ % QUARANTINE_ENTRIES_MAX] = number;
    content_store_remove_quarantine(shelf->options.store, number, done);
    return true;
}

void shelf_take_back(struct shelf *shelf, uint64_t number) {
    for (size_t i = 0; i < QUARANTINE_ENTRIES_MAX; i++)
        if (shelf->gone[i] == number) shelf->gone[i] = 0;
    read_anew(shelf);
}

/* ---- Comparing ---- */

static void compare_next(struct shelf *shelf);

static void end_comparison(struct shelf *shelf) {
    struct kept *kept = find(shelf, shelf->entry.number);
    if (kept != NULL) kept->is_settled = true;
    memory_free(shelf->good);
    shelf->good = NULL;
    compare_next(shelf);
}

/* What the disk did not take is compared once more. */
static void settled(void *context, const struct content_result *result) {
    struct shelf *shelf = context;
    const bool has_failed = result->answer == CONTENT_FAILED;
    if (!tether_call_back(&shelf->tether)) return;
    for (size_t i = 0; i < shelf->count && has_failed; i++)
        shelf->kept[i].is_settled = shelf->kept[i].entry.first_difference >= 0;
    read_anew(shelf);
}

static void settle(struct shelf *shelf) {
    tether_call(&shelf->tether);
    content_store_settle_quarantine(shelf->options.store, &shelf->entry, (struct content_done){settled, shelf});
    end_comparison(shelf);
}

static void signer_known(void *context, struct manifest_verdict *verdict) {
    struct shelf *shelf = context;
    if (tether_job_back(&shelf->tether)) {
        shelf->entry.expected_key = verdict->signer;
        settle(shelf);
    }
    memory_free(verdict->bytes);
}

static bool is_record(enum object_kind kind) {
    return kind != OBJECT_CHUNK && kind != OBJECT_LIST;
}

/* Of what was cut off, only a difference that lies before the cut is one. */
static int64_t difference_of(const struct shelf *shelf, struct span bad) {
    const bool is_cut = shelf->entry.size > bad.size;
    struct span good = {shelf->good, shelf->good_size};
    if (is_cut && good.size > bad.size) good.size = bad.size;
    return quarantine_first_difference(bad, good);
}

static void bad_loaded(void *context, const struct content_loaded *loaded) {
    struct shelf *shelf = context;
    if (!tether_call_back(&shelf->tether)) {
        memory_free(loaded->bytes);
        return;
    }
    const bool is_here = loaded->result.answer == CONTENT_OK;
    if (is_here) shelf->entry.first_difference = difference_of(shelf, (struct span){loaded->bytes, loaded->size});
    memory_free(loaded->bytes);
    if (!is_here || shelf->entry.first_difference < 0) {
        end_comparison(shelf);
    } else if (is_record(shelf->good_kind)) {
        uint8_t *good = shelf->good;
        shelf->good = NULL;
        tether_job(&shelf->tether);
        manifest_checks_begin(shelf->options.checks, &shelf->entry.wanted, good, shelf->good_size, signer_known, shelf);
    } else {
        settle(shelf);
    }
}

static void good_loaded(void *context, const struct content_loaded *loaded) {
    struct shelf *shelf = context;
    if (!tether_call_back(&shelf->tether)) {
        memory_free(loaded->bytes);
        return;
    }
    if (loaded->result.answer != CONTENT_OK) {
        compare_next(shelf);
        return;
    }
    shelf->good = loaded->bytes;
    shelf->good_size = loaded->size;
    shelf->good_kind = loaded->kind;
    tether_call(&shelf->tether);
    if (content_store_load_quarantine(shelf->options.store, shelf->entry.number, bad_loaded, shelf) == CONTENT_OK)
        return;
    tether_uncall(&shelf->tether);
    end_comparison(shelf);
}

/* The next older than the one that was looked at last. */
static void compare_next(struct shelf *shelf) {
    const struct kept *next = NULL;
    for (size_t i = 0; i < shelf->count && next == NULL; i++) {
        const struct kept *kept = &shelf->kept[i];
        if (!kept->is_settled && kept->entry.number < shelf->entry.number) next = kept;
    }
    shelf->is_comparing = next != NULL;
    if (next == NULL) return;
    shelf->entry = next->entry;
    tether_call(&shelf->tether);
    if (content_store_load(shelf->options.store, &shelf->entry.wanted, good_loaded, shelf) == CONTENT_OK) return;
    tether_uncall(&shelf->tether);
    shelf->is_comparing = false; /* too much is read: later */
}

void shelf_look_again(struct shelf *shelf) {
    const uint64_t commits = content_store_usage(shelf->options.store).commits;
    if (shelf->has_failed) read_anew(shelf);
    if (shelf->is_comparing || shelf->count == 0 || commits == shelf->looked_at_commits) return;
    shelf->looked_at_commits = commits;
    shelf->entry.number = UINT64_MAX;
    compare_next(shelf);
}

struct shelf *shelf_new(const struct shelf_options *options) {
    struct shelf *shelf = memory_zeroed(1, sizeof *shelf);
    shelf->options = *options;
    tether_init(&shelf->tether, options->tethers, free_shelf, shelf);
    read_anew(shelf);
    return shelf;
}
