/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/content/publishing.h"

#include "base/memory.h"
#include "base/must.h"

enum { CERT_SPARE_MS = 60000 };

struct run {
    struct publish_run *run; /* NULL: a free place */
    struct publishing *publishing;
    void (*file)(void *context, const char *path, const struct published *published);
    void (*ended)(void *context, const struct publish_run_totals *totals);
    void *context;
};
struct single {
    struct publish *publish; /* NULL: a free place */
    struct publishing *publishing;
    void (*ended)(void *context, const struct published *published);
    void *context;
};
struct publishing {
    struct publishing_options options;
    struct run runs[PUBLISHING_AT_ONCE];
    struct single singles[PUBLISHING_AT_ONCE];
    struct user_cert cert; /* of this node by its user */
    struct publish_author author;
};

struct publishing *publishing_new(const struct publishing_options *options) {
    struct publishing *publishing = memory_zeroed(1, sizeof *publishing);
    publishing->options = *options;
    publishing->author = (struct publish_author){.signer = {options->node_key, &publishing->cert},
                                                 .own = sign_public_key(options->user_key),
                                                 .community = options->community,
                                                 .at_ms = options->at_ms,
                                                 .make_room = options->make_room,
                                                 .context = options->context};
    return publishing;
}

void publishing_close(struct publishing *publishing) {
    if (publishing == NULL) return;
    for (size_t i = 0; i < PUBLISHING_AT_ONCE; i++) {
        publish_run_close(publishing->runs[i].run);
        publish_close(publishing->singles[i].publish);
        publishing->runs[i] = (struct run){0};
        publishing->singles[i] = (struct single){0};
    }
}

void publishing_free(struct publishing *publishing) {
    memory_free(publishing);
}

/* A certificate of ours is good for a week; what we sign must be in date when it is signed. */
const struct record_signer *publishing_signer(struct publishing *publishing) {
    const struct publishing_options *options = &publishing->options;
    struct user_cert *cert = &publishing->cert;
    const int64_t now_ms = loop_wall_ms(options->loop);
    const struct public_key node = sign_public_key(options->node_key);
    const bool is_good = cert->not_before_ms <= now_ms && now_ms < cert->not_after_ms - USER_CERT_LIFE_MS_DEFAULT / 2;
    if (!is_good)
        user_cert_issue(cert, options->user_key, &node, now_ms - CERT_SPARE_MS,
                        now_ms - CERT_SPARE_MS + USER_CERT_LIFE_MS_DEFAULT);
    return &publishing->author.signer;
}

void publishing_completed(struct publishing *publishing, const struct object_id *file) {
    for (size_t i = 0; i < PUBLISHING_AT_ONCE; i++)
        if (publishing->runs[i].run != NULL) publish_run_completed(publishing->runs[i].run, file);
    for (size_t i = 0; i < PUBLISHING_AT_ONCE; i++)
        if (publishing->singles[i].publish != NULL) publish_completed(publishing->singles[i].publish, file);
}

bool publishing_runs(const struct publishing *publishing) {
    for (size_t i = 0; i < PUBLISHING_AT_ONCE; i++)
        if (publishing->runs[i].run != NULL) return true;
    return false;
}

/* ---- Paths ---- */

static void file_published(void *context, const char *path, const struct published *published) {
    struct run *run = context;
    run->publishing->options.published(run->publishing->options.context, published);
    run->file(run->context, path, published);
}

static void run_ended(void *context, const struct publish_run_totals *totals) {
    struct run *run = context;
    run->ended(run->context, totals);
}

struct publish_run *publishing_run(struct publishing *publishing, const struct publish_run_order *order,
                                   void (*file)(void *context, const char *path, const struct published *published),
                                   void (*ended)(void *context, const struct publish_run_totals *totals),
                                   void *context) {
    size_t place = 0;
    while (place < PUBLISHING_AT_ONCE && publishing->runs[place].run != NULL) place++;
    if (place == PUBLISHING_AT_ONCE) return NULL;
    struct run *run = &publishing->runs[place];
    (void)publishing_signer(publishing);
    *run = (struct run){.publishing = publishing, .file = file, .ended = ended, .context = context};
    const struct publish_run_options options = {.loop = publishing->options.loop,
                                                .store = publishing->options.store,
                                                .tethers = publishing->options.tethers,
                                                .author = &publishing->author,
                                                .file = file_published,
                                                .ended = run_ended,
                                                .context = run};
    run->run = publish_run_begin(&options, order);
    return run->run;
}

void publishing_end_run(struct publishing *publishing, struct publish_run *run) {
    if (run == NULL) return;
    size_t place = 0;
    while (publishing->runs[place].run != run) must(++place < PUBLISHING_AT_ONCE);
    publishing->runs[place] = (struct run){0};
    publish_run_close(run);
}

/* ---- Single files ---- */

static void single_ended(void *context, struct publish *publish, const struct published *published) {
    struct single *single = context;
    (void)publish;
    single->publishing->options.published(single->publishing->options.context, published);
    single->ended(single->context, published);
}

struct publish *publishing_one(struct publishing *publishing, const struct publish_order *order,
                               void (*ended)(void *context, const struct published *published), void *context,
                               struct err_detail *detail) {
    size_t place = 0;
    while (place < PUBLISHING_AT_ONCE && publishing->singles[place].publish != NULL) place++;
    if (place == PUBLISHING_AT_ONCE) {
        (void)err_set(detail, ERR_LIMIT, "eight files are published just now; try again in a moment");
        return NULL;
    }
    struct single *single = &publishing->singles[place];
    (void)publishing_signer(publishing);
    *single = (struct single){.publishing = publishing, .ended = ended, .context = context};
    const struct publish_options options = {.loop = publishing->options.loop,
                                            .store = publishing->options.store,
                                            .tethers = publishing->options.tethers,
                                            .author = publishing->author,
                                            .ended = single_ended,
                                            .context = single};
    single->publish = publish_begin(&options, order, detail);
    return single->publish;
}

void publishing_end_one(struct publishing *publishing, struct publish *publish) {
    if (publish == NULL) return;
    size_t place = 0;
    while (publishing->singles[place].publish != publish) must(++place < PUBLISHING_AT_ONCE);
    publishing->singles[place] = (struct single){0};
    publish_close(publish);
}
