/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What the disk did not keep: whose it was, that a person is told, and that it is fetched again from others.
 * Never: fetches itself (the fetches do), gives a file up. What nobody else has stays wanted. */

#include "daemon/content/fetches.h"
#include "daemon/content/library.h"
#include "daemon/content/records.h"
#include "daemon/content/scrubber.h"

struct mending;

struct mending_options {
    struct library *library; /* borrowed, as all of them */
    struct fetches *fetches;
    struct input_queue *queue;
    struct records *records;
    struct scrubber *scrubber;
    void (*emit)(void *context, enum event_code code, const struct object_id *file, const char *text);
    void *context;
};
struct mending *mending_new(const struct mending_options *options); /* owned by the caller */
void mending_free(struct mending *mending);                         /* accepts NULL */

/* Told by the store. Of a file of ours it is mended at once; only what could not be synced waits for mending_retry, as
 * the disk may go on like that. */
void mending_fault(struct mending *mending, const struct content_fault *fault);
void mending_held(struct mending *mending, struct library_entry *entry); /* all of a file is here */
void mending_retry(struct mending *mending);                             /* now and then */
