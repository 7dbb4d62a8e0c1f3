/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* When everything that is kept is read again: from the start on, once it is known whose the things are that may be
 * found, and then pass after pass with a rest between them. What it finds the store tells (content_store_options).
 * Owns: its timer.   Never: reads faster than the rate; a rest is what keeps little content from being read all the
 * time.
 */

#include "daemon/store/content/content_store.h"

struct scrubber;

enum {
    SCRUBBER_REST_MS = 3600 * 1000,
    SCRUBBER_AGAIN_MS = 3 * 1000, /* after a pass that found something, or could not judge a file without its list, and
                                     after something was mended; twice as long after each such pass that follows */
};

struct scrubber_options {
    struct loop *loop; /* borrowed, as all of them */
    struct content_store *store;
    uint64_t bytes_per_second; /* 0: nothing is read */
    bool (*may_begin)(void *context);
    void *context;
};
struct scrubber *scrubber_new(const struct scrubber_options *options); /* owned by the caller */
void scrubber_free(struct scrubber *scrubber);                         /* accepts NULL */
void scrubber_go_on(struct scrubber *scrubber);                        /* it may begin now, perhaps */
void scrubber_pass_ended(struct scrubber *scrubber);                   /* by the store */
/* Something is back that the disk had not kept: what is read of it, or by its list, is judged soon. */
void scrubber_mended(struct scrubber *scrubber);
/* Who allows it, where it was off, wants it: a pass begins at once. */
void scrubber_set_rate(struct scrubber *scrubber, uint64_t bytes_per_second);
struct content_scrub scrubber_view(const struct scrubber *scrubber); /* bytes_per_second: also between passes */
