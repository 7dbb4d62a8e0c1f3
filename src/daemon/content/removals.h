/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Files that a person removes from this node, whatever they were held or wanted for: nothing of them stays but the
 * manifest, which is a record of the swarm. What was removed is not taken when it is offered, until it is wanted here
 * again or the process ends.
 *
 *     here --begin--> leaving --the disk let go of it--> removed
 *       ^                '-- the disk said no --.
 *       '---------------------------------------'
 *
 * Owns: the removals under way.
 * Never: removes the last copy that is known of, unless told to do it anyhow; calls back from within removals_begin.
 * Full: cannot be; whoever asks bounds how many are under way. */

#include "daemon/content/replicas.h"

struct removals;

struct removals_options {
    struct library *library; /* all borrowed */
    struct holding_list *holdings;
    struct replicas *replicas;
    struct input_queue *queue;
    bool (*redundancy)(void *context, const struct object_id *file, struct redundancy_view *view);
    void (*emit)(void *context, enum event_code code, const struct object_id *file, const char *text);
    void *context;
};
struct removals *removals_new(const struct removals_options *options); /* owned by the caller */
void removals_free(struct removals *removals);                         /* when the store was closed; accepts NULL */

enum content_removal {
    CONTENT_REMOVAL_BEGUN,
    CONTENT_REMOVAL_ABSENT,    /* it is neither held nor wanted here */
    CONTENT_REMOVAL_LAST_COPY, /* all of it is here, or may be, and nobody else is known to hold it; not when forced */
    CONTENT_REMOVAL_LATER,     /* not now */
};
/* Only when it is BEGUN does `done` come, once it is gone from the disk for good; when that failed, it is here as
 * before. */
enum content_removal removals_begin(struct removals *removals, const struct object_id *file, bool is_forced,
                                    struct content_done done);
bool removals_is_here(const struct removals *removals, const struct object_id *file); /* held or wanted */
