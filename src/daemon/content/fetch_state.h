/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What the files of a fetch share; nobody else includes it. fetch.c: its life, and what it names to the engine.
 * fetch_opening.c: from the manifest to the chunks. fetch_parts.c: what comes. */

#include "daemon/content/fetch.h"

enum stage { LOOKING, MANIFEST, OPENING, LISTS, ROOT, CHUNKS, WHOLE, OVER };
enum { TROUBLE_MAX = ERR_DETAIL_TEXT_MAX };

struct waiting {
    struct incoming_part part;
    struct waiting *next;
};

struct fetch {
    struct fetch_options options;
    struct object_id id;
    enum holding_role role;
    enum stage stage;
    bool is_list_due; /* the engine waits for a list */
    bool has_told_lack;
    bool is_named; /* the one part of this stage was named */
    bool is_manifest_synced;
    bool is_content_synced;
    bool is_stuck;    /* the disk said no at this stage: fetch_retry tries again */
    bool is_look_due; /* the store was busy: fetch_go_on looks for the manifest */
    bool is_given_up; /* nobody wants to hear of it; it may be at work just now */
    struct tether tether;
    uint32_t cursor;
    struct checked_manifest *manifest;
    uint8_t *record; /* its text, until it is synced */
    size_t record_size;
    bool is_record_under_way;
    struct content_file *file; /* NULL: a small one, or not open yet */
    struct chunk_tree tree;
    struct waiting *first, *last; /* parts for which the store had no room */
    struct taken *taken;          /* parts whose call is under way */
    char trouble[TROUBLE_MAX];
};

/* fetch.c */
bool fetch_is_small(const struct fetch *fetch); /* its only chunk lies among the objects */
/* A call of the store, or a job, has come back. False: nobody is there any more. */
bool fetch_call_back(struct fetch *fetch);
bool fetch_job_back(struct fetch *fetch);
void fetch_enter(struct fetch *fetch, enum stage stage);
void fetch_end(struct fetch *fetch, const char *why); /* as the callback has it */
void fetch_end_if_whole(struct fetch *fetch);
void fetch_note_trouble(struct fetch *fetch, const char *detail);
void fetch_stick(struct fetch *fetch, const char *detail); /* what the disk did not take this time is tried again */
bool fetch_may_have_room(struct fetch *fetch, uint64_t bytes);

/* fetch_opening.c */
void fetch_open_file(struct fetch *fetch);
void fetch_put_only_id(struct fetch *fetch);
void fetch_check_root(struct fetch *fetch);
bool fetch_has_all_lists(const struct fetch *fetch);

/* fetch_parts.c */
void fetch_note_manifest(struct fetch *fetch, const struct manifest_verdict *verdict);
/* Again and again until the store takes it: what is fetched meanwhile is of no use without it. */
enum content_answer fetch_keep_manifest(struct fetch *fetch);
void fetch_take_waiting(struct fetch *fetch);
void fetch_drop_parts(struct fetch *fetch); /* those whose calls are under way: none of them comes back any more */
void fetch_drop_waiting(struct fetch *fetch);
