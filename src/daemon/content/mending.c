/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/content/mending.h"

#include <stdio.h>

#include "base/memory.h"
#include "daemon/content/input_queue.h"
#include "swarm/observe/event.h"

struct mending {
    struct mending_options options;
};

struct mending *mending_new(const struct mending_options *options) {
    struct mending *mending = memory_zeroed(1, sizeof *mending);
    mending->options = *options;
    return mending;
}

void mending_free(struct mending *mending) {
    memory_free(mending);
}

/* Whose part it was. NULL: no file's of ours. */
static struct library_entry *entry_of(const struct mending *mending, const struct content_fault *fault) {
    const struct library *library = mending->options.library;
    if (!fault->is_object || fault->kind == OBJECT_MANIFEST) return library_find(library, &fault->id);
    if (fault->kind == OBJECT_LIST) return library_find(library, &fault->file);
    return fault->kind == OBJECT_CHUNK ? library_find_by_chunk(library, &fault->id) : NULL;
}

static const char *name_of(const struct library_entry *entry) {
    return entry->name != NULL ? entry->name : entry->is_named ? "(sealed for others)" : "(its manifest is not here)";
}

static void tell_rotten(struct mending *mending, const struct content_fault *fault, const struct library_entry *entry) {
    char text[2 * EVENT_TEXT_MAX]; /* the event cuts it, at a whole character */
    (void)snprintf(text, sizeof text, "%s%s%s", content_fault_name(fault->cause), entry == NULL ? "" : ": ",
                   entry == NULL ? "" : name_of(entry));
    mending->options.emit(mending->options.context, EVENT_CONTENT_ROTTEN, entry == NULL ? &fault->id : &entry->id,
                          text);
}

static void say_known(struct mending *mending, const struct library_entry *entry) {
    const struct file_news news = library_news(entry, FILE_KNOWN);
    input_queue_file(mending->options.queue, &entry->id, &news);
}

/* The engine and the fetch, if one is under way, begin anew: both may count as done what is not there any more. */
static void mend(struct mending *mending, struct library_entry *entry) {
    const struct object_id id = entry->id;
    const struct file_news news = library_news(entry, FILE_WANTED);
    entry->waits_for_disk = false;
    say_known(mending, entry);
    if (fetches_begin_anew(mending->options.fetches, &id, entry->role)) return;
    input_queue_file(mending->options.queue, &id, &news);
}

/* A record that others have comes again by itself, once the engine knows that it is not here. Of a file that is only
 * known nothing else is missed. */
static void let_go(struct mending *mending, const struct content_fault *fault) {
    struct content_fault known = *fault;
    if (fault->is_object && fault->kind == OBJECT_MANIFEST) {
        const struct library_entry *entry = library_find(mending->options.library, &fault->id);
        if (entry != NULL && entry->is_named) known.at_ms = entry->at_ms;
        library_remove(mending->options.library, &fault->id);
    }
    records_rotted(mending->options.records, &known);
}

void mending_fault(struct mending *mending, const struct content_fault *fault) {
    struct library_entry *entry = entry_of(mending, fault);
    tell_rotten(mending, fault, entry);
    if (entry == NULL || entry->state == LIBRARY_KNOWN) {
        let_go(mending, fault);
        return;
    }
    entry->state = LIBRARY_FETCHING;
    entry->is_rotten = true;
    if (fault->cause == CONTENT_FAULT_UNSYNCED) {
        entry->waits_for_disk = true;
        say_known(mending, entry);
    } else {
        mend(mending, entry);
    }
}

void mending_held(struct mending *mending, struct library_entry *entry) {
    const bool is_mended = entry->is_rotten;
    entry->is_rotten = entry->waits_for_disk = false;
    if (!is_mended) return;
    mending->options.emit(mending->options.context, EVENT_CONTENT_MENDED, &entry->id, name_of(entry));
    scrubber_mended(mending->options.scrubber);
}

void mending_retry(struct mending *mending) {
    const struct library *library = mending->options.library;
    for (size_t i = 0; i < library_count(library); i++) {
        struct library_entry *entry = library_find(library, &library_at(library, i)->id);
        if (entry->waits_for_disk) mend(mending, entry);
    }
}
