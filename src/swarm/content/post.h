/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A post: a text with files, which its author may replace by later versions, and take back by one that says `deleted`.
 * A thread of versions is named by its first; every version is a record of its own.
 * Owns: nothing; a checked post borrows from its record.
 * Never: replaced by anybody but its author (post_follows), or by a date: `at` decides only between equal versions.
 * Full: over its bounds is refused.   Spec: WIRE W11. */

#include "base/json_writer.h"
#include "swarm/content/record.h"

#define POST_TYPE "post"
enum {
    POST_TEXT_MAX = 16384,
    POST_ATTACHMENTS_MAX = 16,
    POST_TAGS_MAX = 16,
    POST_TAG_MAX = 64,
};
#define POST_VERSION_MAX INT32_MAX

struct checked_post {
    struct object_id id; /* of this version */
    struct object_id of; /* of the first version; that of this one when it is the first */
    struct record_author author;
    int64_t at_ms;
    int32_t version; /* 1.. */
    bool is_deleted;
    struct span text;
    uint8_t attachment_count;
    struct object_id attachments[POST_ATTACHMENTS_MAX]; /* manifests */
    uint8_t tag_count;
    struct span tags[POST_TAGS_MAX];
};
enum refusal post_check(const struct checked_record *record, struct checked_post *post);
/* Whether `later` is a version of the post that `first` began: POST_OF_ANOTHER, POST_AUTHOR_OTHER. */
enum refusal post_follows(const struct checked_post *later, const struct checked_post *first);
/* Which of two versions of one post stands: greater than 0 when `a` does. The higher version; of equal ones the later;
 * of those the greater id. 0 only for one and the same. */
int post_compare(const struct checked_post *a, const struct checked_post *b);

struct post_draft {
    int64_t at_ms;
    int32_t version;     /* 0 = 1 */
    struct object_id of; /* of a later version */
    bool is_deleted;     /* of a later version; text, attachments and tags are left out then */
    struct span text;
    const struct object_id *attachments;
    size_t attachment_count;
    const struct span *tags;
    size_t tag_count;
};
/* Appends the body for record_sign. False: the draft is out of bounds, or `out` is full (nothing usable written). */
bool post_build(struct buffer *out, const struct post_draft *draft);
