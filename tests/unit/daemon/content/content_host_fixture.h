/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A host of content in a folder of its own, without links: what it tells its engine, and records of somebody else to
 * give it. Included by tests of this folder. */

#include "daemon/content/content_host.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/memory.h"
#include "crypto/sign.h"

enum { TOLD_MAX = 512, PATIENCE_MS = 20000 };

struct told {
    enum input_kind kind;
    struct object_id id;
    int64_t at_ms;
    bool is_own, has_publication;
    enum file_state state;
    enum holding_role role;
    uint8_t target;
    uint64_t bytes;
    bool is_declined;
};
struct world {
    char folder[64];
    struct loop *loop;
    struct content_host *host;
    struct signing_key node_key, user_key;
    uint64_t bytes_max;
    struct told told[TOLD_MAX];
    size_t told_count;
    struct redundancy_view redundancy; /* of every file; target 0: not known */
    bool has_ended;
    struct object_id published;
    char why[600];
    uint8_t record[RECORD_SIZE_MAX]; /* of what was published last */
    size_t record_size;
    struct posted posted;
};

static inline void note(struct world *w, const struct told *told) {
    assert_true(w->told_count < TOLD_MAX);
    w->told[w->told_count++] = *told;
}

static inline void feed(void *context, const struct input *input) {
    struct world *w = context;
    struct told told = {.kind = input->kind};
    if (input->kind == INPUT_FILE) {
        told.id = *input->as.file.id;
        told.state = input->as.file.state;
        told.role = input->as.file.role;
        told.target = input->as.file.target;
        told.bytes = input->as.file.bytes;
        told.is_declined = input->as.file.is_declined;
    } else if (input->kind == INPUT_RECORD_KEPT || input->kind == INPUT_RECORD_GONE) {
        told.id = *input->as.kept.id;
        told.at_ms = input->as.kept.at_ms;
        told.is_own = input->as.kept.is_own;
        told.has_publication = input->as.kept.publication != NULL;
    } else if (input->kind == INPUT_PUBLISH_RECORD) {
        told.id = input->as.record->id;
    } else if (input->kind == INPUT_STORAGE) {
        told.bytes = input->as.storage.room_bytes;
    }
    note(w, &told);
    loop_stop(w->loop);
}

static inline void send(void *context, uint32_t link, uint8_t type, struct span body) {
    (void)context, (void)link, (void)type, (void)body;
}

static inline size_t unsent(void *context, uint32_t link) {
    (void)context, (void)link;
    return 0;
}

static inline void emit(void *context, const struct event *event) {
    (void)context, (void)event;
}

static inline bool redundancy(void *context, const struct object_id *file, struct redundancy_view *view) {
    const struct world *w = context;
    (void)file;
    *view = w->redundancy;
    return view->target > 0;
}

static inline void world_begin(struct world *w) {
    struct err_detail detail;
    w->told_count = 0;
    assert_int_equal(loop_new(&w->loop), ERR_OK);
    const struct content_host_options options = {.loop = w->loop,
                                                 .folder = w->folder,
                                                 .bytes_max = w->bytes_max,
                                                 .node_key = &w->node_key,
                                                 .user_key = &w->user_key,
                                                 .feed = feed,
                                                 .send = send,
                                                 .unsent = unsent,
                                                 .emit = emit,
                                                 .redundancy = redundancy,
                                                 .context = w};
    assert_int_equal(content_host_open(&w->host, &options, &detail), ERR_OK);
    content_host_start(w->host);
}

static inline void world_end(struct world *w) {
    content_host_close(w->host);
    loop_free(w->loop);
}

/* `who` makes the keys. */
static inline struct world *world_open(uint8_t who) {
    struct world *w = memory_zeroed(1, sizeof *w);
    const uint8_t seeds[2][32] = {{1, who}, {2, who}};
    (void)snprintf(w->folder, sizeof w->folder, "/tmp/skep-content-host-XXXXXX");
    assert_true(sign_init());
    assert_non_null(mkdtemp(w->folder));
    sign_key_from_seed(&w->node_key, seeds[0]);
    sign_key_from_seed(&w->user_key, seeds[1]);
    world_begin(w);
    return w;
}

static inline void world_close(struct world *w) {
    char command[128];
    world_end(w);
    (void)snprintf(command, sizeof command, "rm -rf %s", w->folder);
    assert_int_equal(system(command), 0);
    memory_free(w);
}

static inline void world_again(struct world *w) {
    world_end(w);
    world_begin(w);
}

/* ---- What the engine was told ---- */

static inline size_t count_of(const struct world *w, enum input_kind kind, const struct object_id *id) {
    size_t count = 0;
    for (size_t i = 0; i < w->told_count; i++)
        count += w->told[i].kind == kind && (id == NULL || object_id_equal(&w->told[i].id, id));
    return count;
}

static inline void lose_patience(void *context) {
    (void)context;
    fail_msg("nothing came of it in %d ms", PATIENCE_MS);
}

/* Runs until the engine was told so; the last of that kind. */
static inline struct told await(struct world *w, enum input_kind kind, const struct object_id *id) {
    struct loop_timer *patience = loop_timer_open(w->loop, lose_patience, w);
    loop_timer_start(patience, PATIENCE_MS);
    while (count_of(w, kind, id) == 0) loop_run(w->loop);
    loop_timer_close(patience);
    size_t at = w->told_count;
    while (w->told[at - 1].kind != kind || (id != NULL && !object_id_equal(&w->told[at - 1].id, id))) at--;
    return w->told[at - 1];
}

static inline void stop(void *context) {
    loop_stop(context);
}

/* Lets what is under way come to its end. */
static inline void settle(struct world *w, int64_t ms) {
    struct loop_timer *timer = loop_timer_open(w->loop, stop, w->loop);
    const int64_t end_ms = loop_now_ms(w->loop) + ms;
    while (loop_now_ms(w->loop) < end_ms) {
        loop_timer_start(timer, end_ms - loop_now_ms(w->loop));
        loop_run(w->loop);
    }
    loop_timer_close(timer);
}

/* ---- Publishing ---- */

static inline void was_published(void *context, const struct published *published) {
    struct world *w = context;
    w->has_ended = true;
    w->published = published->id;
    w->record_size = published->record.size;
    (void)snprintf(w->why, sizeof w->why, "%s", published->why == NULL ? "" : published->why);
    if (published->why == NULL) memcpy(w->record, published->record.at, published->record.size);
    loop_stop(w->loop);
}

/* False: it was not, and `why` says it. */
static inline bool publish_text(struct world *w, struct span text, const struct publish_order *wish) {
    char path[96];
    struct err_detail detail;
    struct publish_order order = *wish;
    (void)snprintf(path, sizeof path, "%s/text", w->folder);
    order.source.fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_int_equal(write(order.source.fd, text.at, text.size), text.size);
    order.size = text.size;
    (void)snprintf(order.about.name, sizeof order.about.name, "a name");
    w->has_ended = false;
    struct publish *publish = content_host_publish_one(w->host, &order, was_published, w, &detail);
    if (publish == NULL) {
        (void)close(order.source.fd);
        (void)snprintf(w->why, sizeof w->why, "%s", detail.text);
        return false;
    }
    while (!w->has_ended) loop_run(w->loop);
    content_host_end_publish_one(w->host, publish);
    return w->why[0] == '\0';
}

static inline bool publish(struct world *w, size_t size, uint8_t byte) {
    uint8_t *text = memory_zeroed(size, 1);
    memset(text, byte, size);
    const bool is_published =
        publish_text(w, (struct span){text, size}, &(struct publish_order){.readers = READERS_PUBLIC, .target = 2});
    memory_free(text);
    assert_true(w->has_ended); /* it was not refused at once */
    return is_published;
}

/* ---- Records of somebody else ---- */

struct foreign {
    void *memory;
    uint8_t text[RECORD_SIZE_MAX];
    struct buffer out;
    struct publication publication;
};

static inline struct foreign *foreign_of(struct span text) {
    struct foreign *foreign = memory_zeroed(1, sizeof *foreign);
    foreign->memory = memory_zeroed(1, PUBLICATION_ARENA_SIZE);
    foreign->out = buffer_over(foreign->text, sizeof foreign->text);
    buffer_put(&foreign->out, text);
    assert_true(records_read(buffer_span(&foreign->out), foreign->memory, &foreign->publication));
    return foreign;
}

static inline void foreign_free(struct foreign *foreign) {
    memory_free(foreign->memory);
    memory_free(foreign);
}

/* Signs a body of that time by a node and its user, whose keys are made of those. */
static inline struct foreign *signed_by(struct span body, int64_t at_ms, const uint8_t seeds[2][32]) {
    struct signing_key node, user;
    struct user_cert cert;
    struct checked_record record;
    uint8_t *memory = memory_zeroed(1, RECORD_ARENA_SIZE);
    struct arena arena = arena_over(memory, RECORD_ARENA_SIZE);
    struct buffer out = buffer_over(memory_zeroed(1, RECORD_SIZE_MAX), RECORD_SIZE_MAX);
    sign_key_from_seed(&node, seeds[0]);
    sign_key_from_seed(&user, seeds[1]);
    const struct public_key key = sign_public_key(&node);
    user_cert_issue(&cert, &user, &key, at_ms - 1000, at_ms + 1000);
    const struct record_signer signer = {&node, &cert};
    assert_int_equal(record_sign(body, &signer, &arena, &out, &record), REFUSAL_NONE);
    struct foreign *foreign = foreign_of(buffer_span(&out));
    memory_free(out.at);
    memory_free(memory);
    return foreign;
}

static inline struct foreign *foreign_signed(struct span body, int64_t at_ms, uint8_t who) {
    const uint8_t seeds[2][32] = {{11, who}, {12, who}};
    return signed_by(body, at_ms, seeds);
}

static inline struct foreign *foreign_post(const struct post_draft *draft, uint8_t who) {
    struct buffer body = buffer_over(memory_zeroed(1, RECORD_SIZE_MAX), RECORD_SIZE_MAX);
    assert_true(post_build(&body, draft));
    struct foreign *foreign = foreign_signed(buffer_span(&body), draft->at_ms, who);
    memory_free(body.at);
    return foreign;
}

static inline void give(struct world *w, const struct foreign *foreign) {
    struct action action = {.kind = ACTION_RECORD, .bytes = buffer_span(&foreign->out)};
    action.as.record.publication = &foreign->publication;
    action.as.record.id = foreign->publication.record.id;
    action.as.record.at_ms = foreign->publication.record.at_ms;
    content_host_perform(w->host, &action);
}
