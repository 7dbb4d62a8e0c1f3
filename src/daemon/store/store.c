/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/store/store.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/must.h"
#include "crypto/entropy.h"
#include "crypto/hash.h"
#include "daemon/store/book_table.h"
#include "daemon/store/data_folder.h"
#include "daemon/store/database_copy.h"
#include "daemon/store/folder_file.h"
#include "daemon/store/folder_lock.h"
#include "daemon/store/history_table.h"
#include "daemon/store/operation_table.h"
#include "daemon/store/pin_table.h"
#include "daemon/store/presence_table.h"
#include "daemon/store/sync_list.h"
#include "daemon/store/writer.h"

enum {
    /* The whole address book, all operations, two days of moments, and what else may change meanwhile. */
    WRITES_WAITING_MAX = 16384,
    TELL_EVERY_MS = 1000,
};

/* What a write does; with its key, what a later one replaces. */
enum write_kind { WRITE_BOOK, WRITE_PIN, WRITE_PRESENCE, WRITE_OPERATION, WRITE_HISTORY, WRITE_MOMENT };

/* The last failure, on its way from the writer's thread to the loop. */
struct notice {
    pthread_mutex_t lock; /* over err and detail */
    enum err err;         /* the writer's last attempt */
    struct err_detail detail;
    int fd; /* eventfd, readable when that has changed, or failed once more */
    struct loop_watch *watch;
    bool is_told;       /* the loop's alone, as is the next: the host knows of a failure */
    int64_t told_at_ms; /* 0 = never */
};

struct store {
    struct store_options options;
    int lock_fd;
    sqlite3 *handle;
    pthread_mutex_t use; /* over the database: the writer's thread commits, the loop's loads */
    struct book_table book;
    struct pin_table pin;
    struct presence_table presence;
    struct operation_table operation;
    struct history_table history;
    uint64_t rows_refused;  /* the loop's alone */
    uint64_t writes_barred; /* under `use`: writes that SQLite would never take */
    struct writer *writer;
    struct notice notice;
    struct sync_list syncs;
};

/* ---- Telling of failures ---- */

static void notice_wake(const struct notice *notice) {
    const uint64_t one = 1;
    must(write(notice->fd, &one, sizeof one) == sizeof one);
}

static void notice_put(void *context, enum err err, const struct err_detail *detail) {
    struct notice *notice = &((struct store *)context)->notice;
    (void)pthread_mutex_lock(&notice->lock);
    notice->err = err;
    notice->detail = *detail;
    (void)pthread_mutex_unlock(&notice->lock);
    notice_wake(notice);
}

static void notice_clear(struct notice *notice) {
    (void)pthread_mutex_lock(&notice->lock);
    const bool had_failed = notice->err != ERR_OK;
    notice->err = ERR_OK;
    (void)pthread_mutex_unlock(&notice->lock);
    if (had_failed) notice_wake(notice);
}

static enum err notice_take(struct notice *notice, struct err_detail *detail) {
    uint64_t count;
    const ssize_t got = read(notice->fd, &count, sizeof count);
    (void)got;
    (void)pthread_mutex_lock(&notice->lock);
    const enum err err = notice->err;
    *detail = notice->detail;
    (void)pthread_mutex_unlock(&notice->lock);
    return err;
}

static void tell_failed(struct store *store, enum err err, const struct err_detail *detail) {
    const int64_t now_ms = loop_now_ms(store->options.loop);
    struct notice *notice = &store->notice;
    /* One that comes too soon is dropped: the writer tries each second, and fails again if nothing has changed. */
    if (notice->told_at_ms != 0 && now_ms - notice->told_at_ms < TELL_EVERY_MS) return;
    notice->told_at_ms = now_ms;
    notice->is_told = true;
    if (store->options.failed != NULL) store->options.failed(store->options.context, err, detail->text);
}

static void tell_recovered(struct store *store) {
    if (!store->notice.is_told) return;
    store->notice.is_told = false;
    if (store->options.recovered != NULL) store->options.recovered(store->options.context);
}

static void notice_ready(void *context, unsigned events) {
    struct err_detail detail;
    (void)events;
    const enum err err = notice_take(&((struct store *)context)->notice, &detail);
    if (err == ERR_OK) {
        tell_recovered(context);
    } else {
        tell_failed(context, err, &detail);
    }
}

static enum err notice_open(struct store *store, struct err_detail *detail) {
    struct notice *notice = &store->notice;
    notice->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (notice->fd < 0) return err_set(detail, ERR_IO, "cannot make an eventfd: %s", strerror(errno));
    notice->watch = loop_watch_open(store->options.loop, notice->fd, notice_ready, store);
    if (notice->watch == NULL) return err_set(detail, ERR_IO, "the loop takes no watch for the store");
    loop_watch_want(notice->watch, LOOP_READABLE);
    return ERR_OK;
}

static void notice_close(struct notice *notice) {
    loop_watch_close(notice->watch);
    if (notice->fd >= 0) (void)close(notice->fd);
}

/* ---- Committing, on the writer's thread ---- */

static int write_apply(struct store *store, const struct write *write) {
    switch ((enum write_kind)write->kind) {
    case WRITE_BOOK: {
        struct node_id id;
        if (write->data != NULL) return book_table_put(&store->book, write->data);
        memcpy(id.bytes, write->key, sizeof id.bytes);
        return book_table_remove(&store->book, &id);
    }
    case WRITE_PIN: return pin_table_put(&store->pin, write->data);
    case WRITE_PRESENCE: return presence_table_put(&store->presence, write->data);
    case WRITE_OPERATION: {
        uint64_t id;
        if (write->data != NULL) return operation_table_put(&store->operation, write->data);
        memcpy(&id, write->key, sizeof id);
        return operation_table_remove(&store->operation, id);
    }
    case WRITE_HISTORY: return history_table_put(&store->history, write->data);
    case WRITE_MOMENT: return history_table_put_moment(&store->history, write->data);
    }
    must(false);
    return SQLITE_MISUSE;
}

/* Rows of one block, or of the history, that are put apart from each other must all be written. */
static void write_join(const struct write *older, struct write *newer) {
    void *both;
    if (newer->kind == WRITE_PRESENCE)
        both = presence_join(older->data, newer->data, &newer->size);
    else if (newer->kind == WRITE_HISTORY)
        both = history_batch_join(older->data, newer->data, &newer->size);
    else
        return;
    memory_free(newer->data);
    newer->data = both;
}

/* Is it this write that SQLite will not take, now or ever? Then it must not keep the others waiting. */
static bool is_barred(int result) {
    return (result & 0xff) == SQLITE_CONSTRAINT || (result & 0xff) == SQLITE_TOOBIG ||
           (result & 0xff) == SQLITE_MISMATCH;
}

static int transaction_run(struct store *store, const struct write *writes, size_t count) {
    int result = sqlite3_exec(store->handle, "BEGIN IMMEDIATE", NULL, NULL, NULL);
    for (size_t i = 0; result == SQLITE_OK && i < count; i++) {
        result = write_apply(store, &writes[i]);
        if (!is_barred(result)) continue;
        store->writes_barred++;
        result = SQLITE_OK;
    }
    if (result == SQLITE_OK) result = sqlite3_exec(store->handle, "COMMIT", NULL, NULL, NULL);
    return result;
}

/* The pages of the history's rings are not needed again before the ring has gone round; kept, they would fill the
 * cache. */
static void release_pages(struct store *store, const struct write *writes, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (writes[i].kind != WRITE_HISTORY) continue;
        (void)sqlite3_db_release_memory(store->handle);
        return;
    }
}

static enum err commit(void *context, const struct write *writes, size_t count, struct err_detail *detail) {
    struct store *store = context;
    enum err err = ERR_OK;
    (void)pthread_mutex_lock(&store->use);
    const int result = transaction_run(store, writes, count);
    if (result != SQLITE_OK) {
        err = database_failed(detail, store->handle, result, "write");
        if (sqlite3_get_autocommit(store->handle) == 0) (void)sqlite3_exec(store->handle, "ROLLBACK", NULL, NULL, NULL);
    }
    release_pages(store, writes, count);
    (void)pthread_mutex_unlock(&store->use);
    if (err == ERR_OK) notice_clear(&store->notice);
    return err;
}

/* ---- Opening and closing ---- */

static enum err tables_open(struct store *store, struct err_detail *detail) {
    char path[FOLDER_PATH_MAX];
    enum err err = folder_join(path, store->options.folder, STORE_FILE_NAME, detail);
    if (err == ERR_OK) err = database_open(&store->handle, path, &store_migrations, detail);
    if (err == ERR_OK) err = folder_sync(store->options.folder, detail);
    if (err == ERR_OK) err = book_table_init(&store->book, store->handle, detail);
    if (err == ERR_OK) err = pin_table_init(&store->pin, store->handle, detail);
    if (err == ERR_OK) err = presence_table_init(&store->presence, store->handle, detail);
    if (err == ERR_OK) err = operation_table_init(&store->operation, store->handle, detail);
    if (err == ERR_OK) err = history_table_init(&store->history, store->handle, detail);
    return err;
}

static void served(void *context, uint64_t number, enum err err) {
    sync_list_serve(&((struct store *)context)->syncs, number, err);
}

static enum err writer_open(struct store *store, struct err_detail *detail) {
    const struct entropy entropy = entropy_of_system();
    struct writer_options options = {.capacity = WRITES_WAITING_MAX,
                                     .join = write_join,
                                     .commit = commit,
                                     .failed = notice_put,
                                     .served = served,
                                     .context = store};
    entropy_fill(&entropy, (uint8_t *)&options.seed, sizeof options.seed);
    return writer_new(&store->writer, &options, detail);
}

enum err store_look(const char *folder, struct err_detail *detail) {
    char path[FOLDER_PATH_MAX];
    enum err err = folder_join(path, folder, STORE_FILE_NAME, detail);
    if (err == ERR_OK && access(path, F_OK) != 0) err = folder_failed(detail, "open", path);
    return err == ERR_OK ? database_look(path, &store_migrations, detail) : err;
}

enum err store_copy(const char *folder, const char *to, struct err_detail *detail) {
    char path[FOLDER_PATH_MAX];
    const enum err err = folder_join(path, folder, STORE_FILE_NAME, detail);
    return err == ERR_OK ? database_copy(path, to, &store_migrations, detail) : err;
}

enum err store_open(struct store **out, const struct store_options *options, struct err_detail *detail) {
    struct store *store = memory_zeroed(1, sizeof *store);
    *store = (struct store){.options = *options, .lock_fd = -1, .notice = {.fd = -1}, .syncs = {.fd = -1}};
    must(pthread_mutex_init(&store->use, NULL) == 0);
    must(pthread_mutex_init(&store->notice.lock, NULL) == 0);
    must(pthread_mutex_init(&store->syncs.lock, NULL) == 0);
    *out = NULL;
    enum err err = data_folder_make(options->folder, detail);
    if (err == ERR_OK) err = folder_lock_take(options->folder, &store->lock_fd, detail);
    if (err == ERR_OK) err = tables_open(store, detail);
    if (err == ERR_OK) err = notice_open(store, detail);
    if (err == ERR_OK) err = sync_list_open(&store->syncs, options->loop, detail);
    if (err == ERR_OK) err = writer_open(store, detail);
    store->options.folder = NULL; /* was borrowed for the opening alone */
    if (err == ERR_OK) {
        *out = store;
    } else {
        store_close(store);
    }
    return err;
}

/* The writer first, which uses all the rest; the lock last, because until then the file is in use. */
void store_close(struct store *store) {
    if (store == NULL) return;
    writer_free(store->writer);
    notice_close(&store->notice);
    sync_list_close(&store->syncs);
    history_table_deinit(&store->history);
    operation_table_deinit(&store->operation);
    presence_table_deinit(&store->presence);
    pin_table_deinit(&store->pin);
    book_table_deinit(&store->book);
    database_close(store->handle);
    folder_lock_release(store->lock_fd);
    (void)pthread_mutex_destroy(&store->syncs.lock);
    (void)pthread_mutex_destroy(&store->notice.lock);
    (void)pthread_mutex_destroy(&store->use);
    memory_free(store);
}

void store_when_synced(struct store *store, void (*done)(void *context, bool is_synced), void *context) {
    sync_list_add(&store->syncs, writer_ask(store->writer), done, context);
}

void store_forget_waiting(struct store *store, const void *context) {
    sync_list_forget(&store->syncs, context);
}

void store_flush(struct store *store) {
    writer_flush(store->writer);
}

struct store_counts store_count(struct store *store) {
    const struct writer_counts writer = writer_count(store->writer);
    (void)pthread_mutex_lock(&store->use);
    const uint64_t barred = store->writes_barred;
    (void)pthread_mutex_unlock(&store->use);
    return (struct store_counts){.waiting = writer.waiting,
                                 .committed = writer.committed,
                                 .commits = writer.commits,
                                 .failures = writer.failures,
                                 .dropped = writer.dropped + barred,
                                 .rows_refused = store->rows_refused};
}

/* ---- Putting ---- */

static void put_named(struct store *store, enum write_kind kind, const char *name, void *data, size_t size) {
    struct write write = {.kind = (uint8_t)kind, .data = data, .size = size};
    const struct sha256 hash = hash_sha256(span_of_text(name));
    memcpy(write.key, hash.bytes, sizeof write.key);
    writer_put(store->writer, &write);
}

static void put_book(struct store *store, const struct node_id *id, struct book_row *row) {
    struct write write = {.kind = WRITE_BOOK, .data = row, .size = row == NULL ? 0 : sizeof *row};
    memcpy(write.key, id->bytes, sizeof id->bytes);
    writer_put(store->writer, &write);
}

void store_put_book_row(struct store *store, const struct book_row *row) {
    struct book_row *copy = memory_zeroed(1, sizeof *copy);
    *copy = *row;
    put_book(store, &row->node_id, copy);
}

void store_remove_book_row(struct store *store, const struct node_id *id) {
    put_book(store, id, NULL);
}

void store_put_pin(struct store *store, const char *name, const struct node_id *id) {
    struct pin *pin = memory_zeroed(1, sizeof *pin);
    pin->node_id = *id;
    if (span_copy_text(span_of_text(name), pin->name, sizeof pin->name)) {
        put_named(store, WRITE_PIN, name, pin, sizeof *pin);
    } else {
        memory_free(pin); /* longer than a host name can be: it was never found, so it needs no pin */
    }
}

void store_set_presence_key(struct store *store, const struct attest_key *key) {
    (void)pthread_mutex_lock(&store->use);
    store->presence.key = *key;
    store->presence.has_key = true;
    (void)pthread_mutex_unlock(&store->use);
}

void store_put_presence(struct store *store, const struct beacon_row *rows, size_t count) {
    must(count > 0);
    const uint16_t block = rows[0].number / BEACON_BLOCK_ROWS;
    struct write write = {.kind = WRITE_PRESENCE};
    must(rows[count - 1].number / BEACON_BLOCK_ROWS == block);
    memcpy(write.key, &block, sizeof block);
    write.data = presence_pack(rows, count, &write.size);
    writer_put(store->writer, &write);
}

static void put_operation(struct store *store, uint64_t id, struct operation *operation) {
    struct write write = {
        .kind = WRITE_OPERATION, .data = operation, .size = operation == NULL ? 0 : sizeof *operation};
    memcpy(write.key, &id, sizeof id);
    writer_put(store->writer, &write);
}

void store_put_operation(struct store *store, const struct operation *operation) {
    struct operation *copy = memory_zeroed(1, sizeof *copy);
    *copy = *operation;
    put_operation(store, operation->id, copy);
}

void store_remove_operation(struct store *store, uint64_t id) {
    put_operation(store, id, NULL);
}

/* All rows are one write, so that a disk that fails for long holds no more places of the queue than one. */
void store_put_history(struct store *store, const struct history_entry *entries, size_t count) {
    struct write write = {.kind = WRITE_HISTORY};
    write.data = history_batch_of(entries, count, &write.size);
    writer_put(store->writer, &write);
}

void store_put_moment(struct store *store, const struct history_moment *moment) {
    const uint32_t slot = history_tier_slot(HISTORY_MINUTES, moment->at_s);
    struct history_moment *copy = memory_zeroed(1, sizeof *copy);
    struct write write = {.kind = WRITE_MOMENT, .data = copy, .size = sizeof *copy};
    *copy = *moment;
    memcpy(write.key, &slot, sizeof slot);
    writer_put(store->writer, &write);
}

/* ---- Loading ---- */

/* What was put a moment ago is loaded too. */
static void load_begin(struct store *store) {
    writer_flush(store->writer);
    (void)pthread_mutex_lock(&store->use);
}

static enum err load_end(struct store *store, int result, struct err_detail *detail) {
    const enum err err = result == SQLITE_OK ? ERR_OK : database_failed(detail, store->handle, result, "read");
    (void)pthread_mutex_unlock(&store->use);
    return err;
}

enum err store_load_book(struct store *store, size_t rows_max, void (*row)(void *context, const struct book_row *row),
                         void *context, struct err_detail *detail) {
    load_begin(store);
    return load_end(store, book_table_load(&store->book, rows_max, row, context, &store->rows_refused), detail);
}

enum err store_load_pins(struct store *store, void (*pin)(void *context, const char *name, const struct node_id *id),
                         void *context, struct err_detail *detail) {
    load_begin(store);
    return load_end(store, pin_table_load(&store->pin, pin, context, &store->rows_refused), detail);
}

enum err store_load_operations(struct store *store, void (*take)(void *context, const struct operation *operation),
                               void *context, struct err_detail *detail) {
    load_begin(store);
    return load_end(store, operation_table_load(&store->operation, take, context, &store->rows_refused), detail);
}

enum err store_load_presence(struct store *store, void (*take)(void *context, const struct beacon_row *row),
                             void *context, struct err_detail *detail) {
    load_begin(store);
    return load_end(store, presence_table_load(&store->presence, take, context, &store->rows_refused), detail);
}
