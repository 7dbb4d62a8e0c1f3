/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Posts that this node's user writes: signed, kept and published; later versions of them, and their deletion.
 * Owns: what is under way, so that two at a time do not get the same number.
 * Never: says that a post is published before it is synced; touches a thread of another author.
 * Full: as records.h.   Spec: WIRE W11. */

#include "daemon/content/records.h"

struct posts;

struct posts_options {
    struct records *records; /* borrowed */
    struct public_key user;
    const struct record_signer *(*signer)(void *context); /* in date */
    void *context;                                        /* borrowed */
};
struct posts *posts_new(const struct posts_options *options); /* owned by the caller */
void posts_free(struct posts *posts);                         /* after the store was closed; accepts NULL */

struct post_order { /* borrowed during the call */
    struct span text;
    const struct object_id *attachments;
    size_t attachment_count;
    const struct span *tags;
    size_t tag_count;
    const struct object_id *of; /* any version of a post of ours that this one is to follow; NULL: a new one */
    bool is_deleted;            /* take it back: the rest is left out */
};
enum post_outcome {
    POST_PUBLISHED, /* synced, and on its way to everybody */
    POST_MALFORMED, /* out of its bounds */
    POST_ABSENT,    /* there is no such post here to follow */
    POST_FOREIGN,   /* it is not ours */
    POST_AT_END,    /* there is no later version number */
    POST_LATER,     /* not just now: the disk is still read, or busy */
    POST_FULL,
    POST_FAILED, /* the disk said no */
};
struct posted {
    enum post_outcome outcome;
    struct object_id id, of;
    int32_t version;
    int64_t at_ms;
    const char *why; /* of POST_FAILED; borrowed during the call */
};
/* POST_PUBLISHED: it is under way, and `done` comes. All else at once; `detail` has words for POST_FULL. */
enum post_outcome posts_write(struct posts *posts, const struct post_order *order,
                              void (*done)(void *context, const struct posted *posted), void *context,
                              struct err_detail *detail);
void posts_forget(struct posts *posts, const void *context); /* `done` does not come; the post goes on */
