/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/content/posts.h"

#include "base/memory.h"

struct posts {
    struct posts_options options;
    struct writing *writing;
};
struct writing {
    struct posts *posts;
    struct writing *previous, *next;
    struct posted posted;
    void (*done)(void *context, const struct posted *posted);
    void *context;
};

struct posts *posts_new(const struct posts_options *options) {
    struct posts *posts = memory_zeroed(1, sizeof *posts);
    posts->options = *options;
    return posts;
}

static void end(struct writing *writing) {
    if (writing->next != NULL) writing->next->previous = writing->previous;
    if (writing->previous != NULL) writing->previous->next = writing->next;
    if (writing->posts->writing == writing) writing->posts->writing = writing->next;
    memory_free(writing);
}

void posts_free(struct posts *posts) {
    if (posts == NULL) return;
    while (posts->writing != NULL) end(posts->writing);
    memory_free(posts);
}

void posts_forget(struct posts *posts, const void *context) {
    for (struct writing *writing = posts->writing; writing != NULL; writing = writing->next)
        if (writing->context == context) writing->done = NULL;
}

/* ---- Which version it is ---- */

/* What it follows: the id of the first version, and its own number. */
static enum post_outcome follow(const struct posts *posts, const struct object_id *wanted, struct object_id *of,
                                int32_t *version) {
    const struct record_author author = {posts->options.user, true};
    const struct post_threads *threads = records_posts(posts->options.records);
    const struct post_row *row = post_threads_find(threads, wanted);
    if (row == NULL) row = post_threads_of(threads, &author, wanted);
    if (row == NULL) return POST_ABSENT;
    if (!record_author_equal(&row->author, &author)) return POST_FOREIGN;
    *of = row->of;
    *version = row->version;
    for (const struct writing *writing = posts->writing; writing != NULL; writing = writing->next) {
        const struct posted *other = &writing->posted;
        if (object_id_equal(&other->of, of) && other->version > *version) *version = other->version;
    }
    if (*version == POST_VERSION_MAX) return POST_AT_END;
    ++*version;
    return POST_PUBLISHED;
}

/* ---- Writing ---- */

static void was_published(void *context, const struct content_result *result) {
    struct writing *writing = context;
    struct posted posted = writing->posted;
    posted.outcome = result->answer == CONTENT_OK ? POST_PUBLISHED : POST_FAILED;
    posted.why = result->detail;
    if (writing->done != NULL) writing->done(writing->context, &posted);
    end(writing);
}

/* Signs it into `out`. False: it is out of its bounds. */
static bool sign(const struct posts *posts, const struct post_draft *draft, struct buffer *out, struct object_id *id) {
    void *memory = memory_room(RECORD_ARENA_SIZE);
    struct arena arena = arena_over(memory, RECORD_ARENA_SIZE);
    struct buffer body = buffer_over(memory_room(RECORD_SIZE_MAX), RECORD_SIZE_MAX);
    struct checked_record record;
    const bool is_good =
        post_build(&body, draft) && record_sign(buffer_span(&body), posts->options.signer(posts->options.context),
                                                &arena, out, &record) == REFUSAL_NONE;
    if (is_good) *id = record.id;
    memory_free(body.at);
    memory_free(memory);
    return is_good;
}

static enum post_outcome outcome_of(enum content_answer answer) {
    switch (answer) {
    case CONTENT_OK: return POST_PUBLISHED;
    case CONTENT_BUSY: return POST_LATER;
    case CONTENT_FULL: return POST_FULL;
    case CONTENT_WRONG:
    case CONTENT_NONE:
    case CONTENT_ROTTEN: return POST_MALFORMED;
    case CONTENT_FAILED: return POST_FAILED;
    }
    return POST_FAILED;
}

static struct writing *begin(struct posts *posts, const struct posted *posted) {
    struct writing *writing = memory_zeroed(1, sizeof *writing);
    *writing = (struct writing){.posts = posts, .next = posts->writing, .posted = *posted};
    if (writing->next != NULL) writing->next->previous = writing;
    posts->writing = writing;
    return writing;
}

enum post_outcome posts_write(struct posts *posts, const struct post_order *order,
                              void (*done)(void *context, const struct posted *posted), void *context,
                              struct err_detail *detail) {
    struct posted posted = {.version = 1};
    if (!records_are_loaded(posts->options.records)) return POST_LATER;
    if (order->is_deleted && order->of == NULL) return POST_MALFORMED;
    const enum post_outcome follows =
        order->of == NULL ? POST_PUBLISHED : follow(posts, order->of, &posted.of, &posted.version);
    if (follows != POST_PUBLISHED) return follows;
    posted.at_ms = records_next_at(posts->options.records);
    const struct post_draft draft = {.at_ms = posted.at_ms,
                                     .version = posted.version,
                                     .of = posted.of,
                                     .is_deleted = order->is_deleted,
                                     .text = order->text,
                                     .attachments = order->attachments,
                                     .attachment_count = order->attachment_count,
                                     .tags = order->tags,
                                     .tag_count = order->tag_count};
    struct buffer text = buffer_over(memory_room(RECORD_SIZE_MAX), RECORD_SIZE_MAX);
    enum post_outcome outcome = POST_MALFORMED;
    if (sign(posts, &draft, &text, &posted.id)) {
        if (order->of == NULL) posted.of = posted.id;
        struct writing *writing = begin(posts, &posted);
        writing->done = done;
        writing->context = context;
        outcome = outcome_of(records_publish(posts->options.records, buffer_span(&text),
                                             (struct content_done){was_published, writing}, detail));
        if (outcome != POST_PUBLISHED) end(writing);
    }
    memory_free(text.at);
    return outcome;
}
