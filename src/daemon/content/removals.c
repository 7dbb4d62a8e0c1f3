/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/content/removals.h"

#include <stdio.h>

#include "base/memory.h"
#include "swarm/observe/event.h"

struct removal {
    struct removal *next;
    struct removals *all;
    struct object_id file;
    enum holding_role role; /* it had */
    char name[EVENT_TEXT_MAX + 1];
    struct content_done done;
};
struct removals {
    struct removals_options options;
    struct removal *first;
};

struct removals *removals_new(const struct removals_options *options) {
    struct removals *removals = memory_zeroed(1, sizeof *removals);
    removals->options = *options;
    return removals;
}

static void take_out(struct removals *removals, const struct removal *removal) {
    struct removal **place = &removals->first;
    while (*place != removal) place = &(*place)->next;
    *place = removal->next;
}

void removals_free(struct removals *removals) {
    if (removals == NULL) return;
    while (removals->first != NULL) {
        struct removal *removal = removals->first;
        take_out(removals, removal);
        memory_free(removal);
    }
    memory_free(removals);
}

bool removals_is_here(const struct removals *removals, const struct object_id *file) {
    const struct library_entry *entry = library_find(removals->options.library, file);
    return holding_list_find(removals->options.holdings, file) != NULL ||
           (entry != NULL && entry->state != LIBRARY_KNOWN);
}

/* Of one that the survey has not come to yet it is not known whether it is whole. */
static bool is_last_copy(const struct removals *removals, const struct object_id *file) {
    const struct library_entry *entry = library_find(removals->options.library, file);
    struct redundancy_view view;
    if (entry != NULL && entry->state == LIBRARY_FETCHING) return false;
    return !removals->options.redundancy(removals->options.context, file, &view) || view.others == 0;
}

/* What the disk did not let go of is found again, as what is wanted is. */
static void take_back(const struct removals *removals, const struct removal *removal) {
    const struct removals_options *options = &removals->options;
    struct library_entry *entry = library_put(options->library, &removal->file);
    if (entry == NULL || !holding_list_note(options->holdings, &removal->file, removal->role)) return;
    entry->role = holding_list_find(options->holdings, &removal->file)->role;
    if (entry->state == LIBRARY_KNOWN) entry->state = LIBRARY_FETCHING;
    const struct file_news news = library_news(entry, entry->state == LIBRARY_HELD ? FILE_HELD : FILE_WANTED);
    input_queue_file(options->queue, &removal->file, &news);
}

static void ended(void *context, const struct content_result *result) {
    struct removal *removal = context;
    struct removals *removals = removal->all;
    take_out(removals, removal);
    if (result->answer == CONTENT_FAILED) {
        take_back(removals, removal);
    } else {
        removals->options.emit(removals->options.context, EVENT_FILE_REMOVED, &removal->file, removal->name);
    }
    if (removal->done.call != NULL) removal->done.call(removal->done.context, result);
    memory_free(removal);
}

static const char *name_of(const struct library_entry *entry) {
    if (entry == NULL || !entry->is_named) return "(its manifest is not here)";
    return entry->name == NULL ? "(sealed for others)" : entry->name;
}

static void begin(struct removals *removals, const struct object_id *file, struct content_done done) {
    const struct library_entry *entry = library_find(removals->options.library, file);
    const struct holding_row *row = holding_list_find(removals->options.holdings, file);
    struct removal *removal = memory_zeroed(1, sizeof *removal);
    *removal = (struct removal){.next = removals->first,
                                .all = removals,
                                .file = *file,
                                .role = row != NULL ? row->role : entry->role,
                                .done = done};
    (void)snprintf(removal->name, sizeof removal->name, "%s", name_of(entry));
    removals->first = removal;
    replicas_remove(removals->options.replicas, file, (struct content_done){ended, removal});
}

enum content_removal removals_begin(struct removals *removals, const struct object_id *file, bool is_forced,
                                    struct content_done done) {
    if (!removals_is_here(removals, file)) return CONTENT_REMOVAL_ABSENT;
    if (!is_forced && is_last_copy(removals, file)) return CONTENT_REMOVAL_LAST_COPY;
    begin(removals, file, done);
    return CONTENT_REMOVAL_BEGUN;
}
