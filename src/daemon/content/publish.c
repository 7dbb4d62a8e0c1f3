/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/content/publish.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/must.h"
#include "crypto/wipe.h"
#include "swarm/content/chunk_seal.h"

enum publish_stage { NAMING, OPENING, LISTING, WRITING, SYNCING, OVER };
enum { AGAIN_MS = 10, ROOM_TRIES = 200 };

/* A chunk under way, in either pass: read and sealed on the pool. */
struct sealing {
    struct publish *publish;
    bool is_writing; /* the second pass */
    uint32_t index;
    uint8_t *sealed; /* NULL: there was no memory, or the file could not be read */
    size_t size;
    struct object_id id;
    char why[SPOOL_WHY_MAX];
    struct sealing *next; /* among those for which the store had no room */
};

struct publish {
    struct publish_options options;
    struct spool_source source;
    struct file_about about;
    uint8_t target;
    enum readers_kind readers_kind;
    struct public_key users[READERS_USERS_MAX];
    size_t user_count;
    struct file_shape shape;
    struct file_key key;
    struct chunk_key chunk_key;
    enum publish_stage stage;
    bool is_told;
    struct tether tether;
    uint32_t sealing; /* chunks on the pool */
    uint32_t next;    /* chunk to be sealed, in this pass */
    uint32_t done;    /* chunks of this pass */
    uint32_t next_list;
    struct object_id *ids; /* of all chunks */
    uint8_t *only;         /* of a file with one chunk: it, sealed */
    struct sealing *waiting;
    struct content_file *file;
    struct checked_manifest *manifest;
    struct buffer record;
    bool is_record_synced, is_content_synced;
    /* The store was busy: these are put when the timer says so. */
    bool is_record_due, is_only_due, is_list_due, is_open_due;
    uint32_t room_tries; /* so often it waited for room */
    struct loop_timer *again;
};

/* ---- Life ---- */

static void drop_waiting(struct publish *publish) {
    while (publish->waiting != NULL) {
        struct sealing *sealing = publish->waiting;
        publish->waiting = sealing->next;
        memory_free(sealing->sealed);
        memory_free(sealing);
    }
}

static void free_publish(void *subject) {
    struct publish *publish = subject;
    file_key_wipe(&publish->key);
    chunk_key_wipe(&publish->chunk_key);
    drop_waiting(publish);
    if (publish->source.fd >= 0) (void)close(publish->source.fd);
    wipe_bytes(&publish->source, sizeof publish->source);
    memory_free(publish->ids);
    memory_free(publish->only);
    memory_free(publish->manifest);
    memory_free(publish->record.at);
    memory_free(publish);
}

void publish_close(struct publish *publish) {
    if (publish == NULL) return;
    publish->stage = OVER;
    content_file_close(publish->file);
    publish->file = NULL;
    loop_timer_close(publish->again);
    publish->again = NULL;
    tether_close(&publish->tether);
}

/* A call of the store has come back. False: nobody is there any more. */
static bool come_back(struct publish *publish) {
    return tether_call_back(&publish->tether) && publish->stage != OVER;
}

static void forget_file(struct publish *publish) {
    if (publish->manifest == NULL || publish->file == NULL) return;
    content_store_remove_file(publish->options.store, &publish->manifest->id, (struct content_done){NULL, NULL});
}

static void end(struct publish *publish, enum content_answer answer, const char *why) {
    const struct published published = {.why = why,
                                        .answer = answer,
                                        .id =
                                            publish->manifest == NULL ? (struct object_id){{0}} : publish->manifest->id,
                                        .manifest = publish->manifest,
                                        .record = {publish->record.at, publish->record.size}};
    if (publish->stage == OVER) return;
    publish->stage = OVER;
    if (why != NULL) forget_file(publish);
    publish->options.ended(publish->options.context, publish, &published);
}

static void end_if_synced(struct publish *publish) {
    if (publish->is_record_synced && publish->is_content_synced) end(publish, CONTENT_OK, NULL);
}

/* ---- Sealing, on the pool ---- */

static void seal(void *context) {
    struct sealing *sealing = context;
    const struct publish *publish = sealing->publish;
    const size_t size = file_chunk_text_size(&publish->shape, sealing->index);
    uint8_t *text = memory_try_room(size);
    sealing->size = size + FILE_SEAL_SIZE;
    sealing->sealed = memory_try_room(sealing->size);
    if (text == NULL || sealing->sealed == NULL) (void)snprintf(sealing->why, SPOOL_WHY_MAX, "there is no memory");
    if (sealing->why[0] == '\0' &&
        spool_source_read(&publish->source, (uint64_t)sealing->index * publish->shape.chunk_size, text, size,
                          sealing->why)) {
        struct buffer out = buffer_over(sealing->sealed, sealing->size);
        sealing->id = chunk_seal(&publish->chunk_key, (struct chunk_place){&publish->shape, sealing->index},
                                 (struct span){text, size}, &out);
    }
    memory_free(text);
}

static void sealed(void *context);

static void go_on(struct publish *publish) {
    while (publish->sealing < PUBLISH_AHEAD && publish->waiting == NULL && publish->next < publish->shape.chunk_count) {
        struct sealing *sealing = memory_zeroed(1, sizeof *sealing);
        sealing->publish = publish;
        sealing->is_writing = publish->stage == WRITING;
        sealing->index = publish->next++;
        publish->sealing++;
        tether_job(&publish->tether);
        loop_work(publish->options.loop, seal, sealed, sealing);
    }
}

/* ---- Naming ---- */

static size_t ids_of_list(const struct publish *publish, uint32_t list, struct span *ids) {
    const uint32_t first = list * FILE_LIST_CHUNKS;
    ids->at = publish->ids[first].bytes;
    ids->size = publish->shape.list_count == 0 ? sizeof publish->ids[0] : file_list_size(&publish->shape, list);
    return ids->size;
}

static bool make_readers(const struct publish *publish, const struct sha256 *root, struct readers *readers) {
    const struct publish_author *author = &publish->options.author;
    const struct readers_list list = {publish->users, publish->user_count, author->own};
    const struct entropy entropy = entropy_of_system();
    switch (publish->readers_kind) {
    case READERS_PUBLIC: readers_for_public(readers, &publish->key); return true;
    case READERS_COMMUNITY: readers_for_community(readers, &publish->key, root, author->community); return true;
    case READERS_USERS: return readers_for_users(readers, &publish->key, root, &list, &entropy);
    }
    return false;
}

static bool sign(struct publish *publish, struct span body) {
    void *memory = memory_room(RECORD_ARENA_SIZE);
    struct arena arena = arena_over(memory, RECORD_ARENA_SIZE);
    struct checked_record record;
    publish->record = buffer_over(memory_room(RECORD_SIZE_MAX), RECORD_SIZE_MAX);
    publish->manifest = memory_zeroed(1, sizeof *publish->manifest);
    const bool is_good =
        record_sign(body, &publish->options.author.signer, &arena, &publish->record, &record) == REFUSAL_NONE &&
        manifest_check(&record, publish->manifest) == REFUSAL_NONE;
    memory_free(memory);
    return is_good;
}

static bool make_manifest(struct publish *publish) {
    struct object_id lists[FILE_LISTS_MAX];
    struct chunk_tree tree;
    struct readers *readers = memory_zeroed(1, sizeof *readers);
    const uint32_t list_count = publish->shape.list_count;
    chunk_tree_init(&tree);
    for (uint32_t list = 0; list < (list_count == 0 ? 1 : list_count); list++) {
        struct span ids;
        (void)ids_of_list(publish, list, &ids);
        chunk_tree_add_list(&tree, ids);
        lists[list] = list_count == 0 ? publish->ids[0] : object_id_of_blob(ids);
    }
    const struct sha256 root = chunk_tree_root(&tree);
    const struct manifest_draft draft = {.at_ms = publish->options.author.at_ms(publish->options.author.context),
                                         .shape = publish->shape,
                                         .root = root,
                                         .lists = lists,
                                         .target = publish->target,
                                         .readers = readers,
                                         .about = &publish->about,
                                         .key = &publish->key};
    struct buffer body = buffer_over(memory_room(RECORD_SIZE_MAX), RECORD_SIZE_MAX);
    const bool is_good =
        make_readers(publish, &root, readers) && manifest_build(&body, &draft) && sign(publish, buffer_span(&body));
    memory_free(body.at);
    memory_free(readers);
    return is_good;
}

/* ---- Writing ---- */

static void record_put(void *context, const struct content_result *result) {
    struct publish *publish = context;
    if (!come_back(publish)) return;
    if (result->answer != CONTENT_OK) {
        end(publish, result->answer, result->detail);
        return;
    }
    publish->is_record_synced = true;
    end_if_synced(publish);
}

static void only_put(void *context, const struct content_result *result) {
    struct publish *publish = context;
    if (!come_back(publish)) return;
    if (result->answer != CONTENT_OK) {
        end(publish, result->answer, result->detail);
        return;
    }
    publish->is_content_synced = true;
    end_if_synced(publish);
}

static bool will_have_room(struct publish *publish, uint64_t bytes) {
    const struct publish_author *author = &publish->options.author;
    return publish->room_tries++ < ROOM_TRIES && author->make_room(author->context, bytes);
}

static bool is_to_wait(struct publish *publish, enum content_answer answer, uint64_t bytes) {
    const bool waits = answer == CONTENT_BUSY || (answer == CONTENT_FULL && will_have_room(publish, bytes));
    if (waits) loop_timer_start(publish->again, AGAIN_MS);
    return waits;
}

/* Whether it is to be put again later. */
static bool put(struct publish *publish, const struct content_object *object, const struct content_holding *holding,
                void (*done)(void *context, const struct content_result *result)) {
    struct err_detail detail;
    struct content_store *store = publish->options.store;
    const struct content_done told = {done, publish};
    tether_call(&publish->tether);
    const enum content_answer answer = holding == NULL ? content_store_put_object(store, object, told, &detail)
                                                       : content_store_put_held(store, object, holding, told, &detail);
    if (answer == CONTENT_OK) return false;
    tether_uncall(&publish->tether);
    if (is_to_wait(publish, answer, object->bytes.size)) return true;
    end(publish, answer, detail.text);
    return false;
}

/* With it stands that we hold the file: whoever is killed before has published nothing. */
static void put_record(struct publish *publish) {
    const int64_t now_ms = loop_wall_ms(publish->options.loop);
    const struct content_holding holding = {publish->manifest->id, HOLDING_PUBLISHED, now_ms, now_ms};
    const struct content_object object = {.id = publish->manifest->id,
                                          .kind = OBJECT_MANIFEST,
                                          .at_ms = publish->manifest->at_ms,
                                          .bytes = {publish->record.at, publish->record.size}};
    publish->is_record_due = put(publish, &object, &holding, record_put);
}

static bool is_small(const struct publish *publish) {
    return publish->shape.list_count == 0 && file_chunk_sealed_size(&publish->shape, 0) <= CONTENT_OBJECT_SIZE_MAX;
}

/* What was put before it is on the disk before it, so the chunk of a small file comes first. */
static void put_only(struct publish *publish) {
    const struct content_object object = {.id = publish->ids[0],
                                          .kind = OBJECT_CHUNK,
                                          .at_ms = publish->manifest->at_ms,
                                          .bytes = {publish->only, file_chunk_sealed_size(&publish->shape, 0)}};
    publish->stage = SYNCING;
    publish->is_only_due = put(publish, &object, NULL, only_put);
    if (publish->stage == SYNCING && !publish->is_only_due) put_record(publish);
}

static void write_waiting(struct publish *publish);

static void written(void *context, const struct content_written *written) {
    struct publish *publish = context;
    if (!come_back(publish)) return;
    if (written->result.answer == CONTENT_WRONG) {
        end(publish, CONTENT_WRONG, "the file changed while it was read");
    } else if (written->result.answer != CONTENT_OK) {
        end(publish, written->result.answer, written->result.detail);
    } else {
        publish->done++;
        write_waiting(publish);
        if (publish->stage != WRITING) return;
        go_on(publish);
        if (publish->done == publish->shape.chunk_count) publish->stage = SYNCING; /* until the store says so */
    }
}

/* False: there is no room just now. */
static bool write_sealed(struct publish *publish, const struct sealing *sealing) {
    tether_call(&publish->tether);
    const enum content_answer answer = content_file_write_chunk(
        publish->file, sealing->index, sealing->sealed, sealing->size, &publish->ids[sealing->index], written, publish);
    if (answer == CONTENT_OK) return true;
    tether_uncall(&publish->tether);
    return false;
}

static void write_waiting(struct publish *publish) {
    while (publish->waiting != NULL) {
        struct sealing *sealing = publish->waiting;
        if (!write_sealed(publish, sealing)) return;
        publish->waiting = sealing->next;
        memory_free(sealing);
    }
}

static void begin_writing(struct publish *publish) {
    publish->stage = WRITING;
    publish->next = publish->done = 0;
    go_on(publish);
}

static void put_next_list(struct publish *publish);

static void list_put(void *context, const struct content_result *result) {
    struct publish *publish = context;
    if (!come_back(publish)) return;
    if (result->answer != CONTENT_OK) {
        end(publish, result->answer, result->detail);
        return;
    }
    publish->next_list++;
    put_next_list(publish);
}

static void put_next_list(struct publish *publish) {
    const uint32_t list_count = publish->shape.list_count;
    struct err_detail detail;
    struct span ids;
    if (publish->next_list == (list_count == 0 ? 1 : list_count)) {
        begin_writing(publish);
        return;
    }
    (void)ids_of_list(publish, publish->next_list, &ids);
    tether_call(&publish->tether);
    const struct object_id *id = list_count == 0 ? NULL : &publish->manifest->lists[publish->next_list];
    const enum content_answer answer = content_file_put_list(publish->file, publish->next_list, ids, id,
                                                             (struct content_done){list_put, publish}, &detail);
    if (answer == CONTENT_OK) return;
    tether_uncall(&publish->tether);
    publish->is_list_due = is_to_wait(publish, answer, ids.size);
    if (!publish->is_list_due) end(publish, answer, detail.text);
}

static void open_file(struct publish *publish);

static void put_again(void *context) {
    struct publish *publish = context;
    const bool is_list = publish->is_list_due, is_only = publish->is_only_due, is_record = publish->is_record_due;
    const bool is_open = publish->is_open_due;
    publish->is_list_due = publish->is_only_due = publish->is_record_due = publish->is_open_due = false;
    if (is_open && publish->stage != OVER) open_file(publish);
    if (is_list && publish->stage != OVER) put_next_list(publish);
    if (is_only && publish->stage != OVER) put_only(publish);
    if (is_record && publish->stage != OVER) put_record(publish);
}

static void opened(void *context, struct content_file *file, const struct content_result *result) {
    struct publish *publish = context;
    if (!come_back(publish)) {
        content_file_close(file);
    } else if (result->answer != CONTENT_OK) {
        publish->is_open_due = is_to_wait(publish, result->answer, file_sealed_size(&publish->shape));
        if (!publish->is_open_due) end(publish, result->answer, result->detail);
    } else {
        publish->file = file;
        publish->stage = LISTING;
        put_next_list(publish);
    }
}

static void open_file(struct publish *publish) {
    publish->stage = OPENING;
    tether_call(&publish->tether);
    content_store_open_file(publish->options.store, &publish->manifest->id, &publish->shape, HOLDING_PUBLISHED, opened,
                            publish);
}

static void named(struct publish *publish) {
    if (!make_manifest(publish)) {
        end(publish, CONTENT_WRONG, "the manifest would be too large, or a reader's key is no key");
    } else if (is_small(publish)) {
        put_only(publish);
    } else {
        open_file(publish);
    }
}

/* ---- What the pool brings ---- */

static void take_name(struct publish *publish, struct sealing *sealing) {
    publish->ids[sealing->index] = sealing->id;
    if (publish->shape.chunk_count == 1) {
        publish->only = sealing->sealed;
        sealing->sealed = NULL;
    }
    memory_free(sealing->sealed);
    memory_free(sealing);
    if (++publish->done < publish->shape.chunk_count) {
        go_on(publish);
    } else {
        named(publish);
    }
}

static void take_chunk(struct publish *publish, struct sealing *sealing) {
    if (publish->waiting == NULL && write_sealed(publish, sealing)) {
        memory_free(sealing);
        go_on(publish);
        return;
    }
    struct sealing **last = &publish->waiting;
    while (*last != NULL) last = &(*last)->next;
    *last = sealing;
}

static void sealed(void *context) {
    struct sealing *sealing = context;
    struct publish *publish = sealing->publish;
    publish->sealing--;
    const bool is_here = tether_job_back(&publish->tether);
    if (!is_here || publish->stage == OVER || sealing->why[0] != '\0') {
        if (is_here) end(publish, CONTENT_FAILED, sealing->why);
        memory_free(sealing->sealed);
        memory_free(sealing);
    } else if (sealing->is_writing) {
        take_chunk(publish, sealing);
    } else {
        take_name(publish, sealing);
    }
}

void publish_completed(struct publish *publish, const struct object_id *file) {
    if (publish->manifest == NULL || !object_id_equal(&publish->manifest->id, file)) return;
    if (publish->is_content_synced) return;
    publish->is_content_synced = true;
    put_record(publish);
}

uint64_t publish_done_bytes(const struct publish *publish) {
    const uint64_t bytes = (uint64_t)publish->done * publish->shape.chunk_size;
    const uint64_t in_pass = bytes < publish->shape.size ? bytes : publish->shape.size;
    return publish->stage == NAMING ? in_pass / 2 : publish->shape.size / 2 + in_pass / 2;
}

/* ---- Beginning ---- */

static bool may_begin(const struct publish_options *options, const struct publish_order *order,
                      struct file_shape *shape, struct err_detail *detail) {
    if (!file_shape_of(order->size, shape)) {
        (void)err_set(detail, ERR_LIMIT, "the file is larger than 16 TiB; cut it into several");
    } else if (!file_about_is_valid(&order->about)) {
        (void)err_set(detail, ERR_LIMIT,
                      "the name cannot be kept: 1 to 255 bytes of UTF-8 without / or control characters");
    } else if (order->readers == READERS_COMMUNITY && options->author.community == NULL) {
        (void)err_set(
            detail, ERR_NOT_FOUND,
            "this node has no secret of its community (community-secret), so nobody could read it; publish it for "
            "everybody (public) or for users by their keys");
    } else if (order->readers == READERS_USERS && order->user_count > READERS_USERS_MAX - 1) {
        (void)err_set(detail, ERR_LIMIT, "more than %d readers; use a community instead", READERS_USERS_MAX - 1);
    } else {
        return true;
    }
    return false;
}

struct publish *publish_begin(const struct publish_options *options, const struct publish_order *order,
                              struct err_detail *detail) {
    struct file_shape shape;
    if (!may_begin(options, order, &shape, detail)) return NULL;
    struct publish *publish = memory_zeroed(1, sizeof *publish);
    const struct entropy entropy = entropy_of_system();
    publish->options = *options;
    publish->again = loop_timer_open(options->loop, put_again, publish);
    tether_init(&publish->tether, options->tethers, free_publish, publish);
    publish->shape = shape;
    publish->source = order->source;
    publish->about = order->about;
    publish->target = order->target;
    publish->readers_kind = order->readers;
    publish->user_count = order->readers == READERS_USERS ? order->user_count : 0;
    if (publish->user_count > 0) memcpy(publish->users, order->users, publish->user_count * sizeof *order->users);
    publish->ids = memory_zeroed(shape.chunk_count, sizeof *publish->ids);
    file_key_make(&publish->key, &entropy);
    chunk_key_of(&publish->key, &publish->chunk_key);
    go_on(publish);
    return publish;
}
