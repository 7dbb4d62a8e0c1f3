/* SPDX-License-Identifier: Apache-2.0 */
/* Bodies of posts: what was accepted keeps its bounds and is built again, from what was read of it, as the same post;
 * no post follows itself, and each stands against itself as nothing else does. */
#include "content_record.h"
#include "fuzz_target.h"

#include "swarm/content/post.h"

#include <string.h>

static _Alignas(16) uint8_t memory[2 * RECORD_ARENA_SIZE], again_memory[2 * RECORD_ARENA_SIZE];
static uint8_t body_memory[2 * RECORD_SIZE_MAX];

static void check_bounds(const struct checked_post *post) {
    must(post->version >= 1 && post->version <= POST_VERSION_MAX);
    must_le(post->text.size, POST_TEXT_MAX);
    must_le(post->attachment_count, POST_ATTACHMENTS_MAX);
    must_le(post->tag_count, POST_TAGS_MAX);
    for (size_t i = 0; i < post->tag_count; i++) must_le(post->tags[i].size, POST_TAG_MAX);
    must(!post->is_deleted || (post->version > 1 && post->text.size == 0 && post->attachment_count == 0));
    must((post->version == 1) == object_id_equal(&post->of, &post->id));
    must(post_follows(post, post) == REFUSAL_POST_OF_ANOTHER);
    must(post_compare(post, post) == 0);
}

static void check_equal(const struct checked_post *a, const struct checked_post *b) {
    must(a->version == b->version && a->is_deleted == b->is_deleted && a->at_ms == b->at_ms);
    must(a->version == 1 || object_id_equal(&a->of, &b->of));
    must(span_equal(a->text, b->text));
    must(a->attachment_count == b->attachment_count &&
         memcmp(a->attachments, b->attachments, a->attachment_count * sizeof a->attachments[0]) == 0);
}

static void check_built_again(const struct checked_post *post) {
    struct arena arena = arena_over(again_memory, sizeof again_memory);
    struct buffer body = buffer_over(body_memory, sizeof body_memory);
    struct checked_record record;
    struct checked_post again;
    const struct post_draft draft = {.at_ms = post->at_ms,
                                     .version = post->version,
                                     .of = post->of,
                                     .is_deleted = post->is_deleted,
                                     .text = post->text,
                                     .attachments = post->attachments,
                                     .attachment_count = post->attachment_count,
                                     .tags = post->tags,
                                     .tag_count = post->tag_count};
    must(post_build(&body, &draft));
    must(content_record_of(buffer_span(&body), &arena, &record));
    must(post_check(&record, &again) == REFUSAL_NONE);
    check_equal(&again, post);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena arena = arena_over(memory, sizeof memory);
    struct checked_record record;
    struct checked_post post;
    if (!content_record_of((struct span){data, size}, &arena, &record)) return 0;
    if (post_check(&record, &post) != REFUSAL_NONE) return 0;
    check_bounds(&post);
    check_built_again(&post);
    return 0;
}
