/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/backup/backup.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/encoding.h"
#include "base/memory.h"
#include "base/must.h"
#include "crypto/key_pem.h"
#include "crypto/wipe.h"
#include "daemon/backup/backup_writer.h"
#include "daemon/store/content/content_copy.h"
#include "daemon/store/folder_file.h"
#include "daemon/store/folder_lock.h"
#include "daemon/store/store.h"

enum { READ_SIZE = 65536, KEY_ROOM = 4 * KEY_PEM_SIZE_MAX };

/* A backup on its way. */
struct making {
    const struct backup_options *options;
    struct account account;
    char work[FOLDER_PATH_MAX];                                 /* DATA/.backup */
    char store[FOLDER_PATH_MAX], content[FOLDER_PATH_MAX];      /* the copies in it */
    char target_folder[FOLDER_PATH_MAX], part[FOLDER_PATH_MAX]; /* where the file goes, and what it is until then */
    int lock;
    int fd;
    struct backup_writer *writer;
};

/* ---- Entries ---- */

static struct backup_entry entry_of(enum backup_entry_kind kind, uint64_t size) {
    struct backup_entry entry = {.kind = kind, .size = size, .whole = size};
    must(span_copy_text(span_of_text(backup_entry_kind_name(kind)), entry.name, sizeof entry.name));
    return entry;
}

static enum err bytes_put(struct making *making, struct span bytes, struct err_detail *detail) {
    const struct backup_options *options = making->options;
    const enum err err = backup_writer_put(making->writer, bytes, detail);
    if (err != ERR_OK || options->moved == NULL) return err;
    if (options->moved(options->context, backup_writer_bytes(making->writer))) return ERR_OK;
    return err_set(detail, ERR_TIMEOUT, "stopped");
}

static enum err entry_put(struct making *making, const struct backup_entry *entry, struct span bytes,
                          struct err_detail *detail) {
    const enum err err = backup_writer_begin(making->writer, entry, detail);
    return err == ERR_OK ? bytes_put(making, bytes, detail) : err;
}

static enum err file_rest_put(struct making *making, int fd, uint64_t left, const char *path,
                              struct err_detail *detail) {
    uint8_t *room = memory_room(READ_SIZE);
    enum err err = ERR_OK;
    while (left > 0 && err == ERR_OK) {
        const ssize_t got = read(fd, room, left < READ_SIZE ? (size_t)left : READ_SIZE);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) {
            err = folder_failed(detail, "read", path);
        } else if (got == 0) {
            err = err_set(detail, ERR_IO, "cannot read %s: it became shorter", path);
        } else {
            err = bytes_put(making, (struct span){room, (size_t)got}, detail);
            left -= (uint64_t)got;
        }
    }
    memory_free(room);
    return err;
}

/* A copy of ours, which nobody else changes. */
static enum err file_put(struct making *making, enum backup_entry_kind kind, const char *path,
                         struct err_detail *detail) {
    struct stat status;
    const int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0) return folder_failed(detail, "read", path);
    enum err err = fstat(fd, &status) == 0 ? ERR_OK : folder_failed(detail, "look at", path);
    if (err == ERR_OK) {
        const struct backup_entry entry = entry_of(kind, (uint64_t)status.st_size);
        err = backup_writer_begin(making->writer, &entry, detail);
    }
    if (err == ERR_OK) err = file_rest_put(making, fd, (uint64_t)status.st_size, path, detail);
    (void)close(fd);
    return err;
}

/* ---- What there is ---- */

static enum err key_put(struct making *making, enum backup_entry_kind kind, const char *name, struct public_key *public,
                        struct err_detail *detail) {
    char identity[FOLDER_PATH_MAX];
    uint8_t pem[KEY_ROOM];
    struct buffer text = buffer_over(pem, sizeof pem);
    struct signing_key key;
    enum err err = folder_join(identity, making->options->folder, "identity", detail);
    if (err == ERR_OK) err = secret_file_read(identity, name, &text, detail);
    if (err == ERR_NOT_FOUND)
        (void)err_set(detail, err, "%s has no %s: no node has ever run there", identity, name);
    else if (err == ERR_LIMIT || (err == ERR_OK && !key_pem_read(buffer_span(&text), &key)))
        err = err_set(detail, ERR_DAMAGED, "%s/%s is not a key we can read", identity, name);
    if (err == ERR_OK) {
        *public = sign_public_key(&key);
        sign_key_wipe(&key);
        const struct backup_entry entry = entry_of(kind, text.size);
        err = entry_put(making, &entry, buffer_span(&text), detail);
    }
    wipe_bytes(pem, sizeof pem);
    return err;
}

static enum err identity_put(struct making *making, struct err_detail *detail) {
    struct public_key node, user;
    enum err err = key_put(making, BACKUP_ENTRY_NODE_KEY, "node.key", &node, detail);
    if (err == ERR_OK) err = key_put(making, BACKUP_ENTRY_USER_KEY, "user.key", &user, detail);
    if (err != ERR_OK) return err;
    making->account.node_id = node_id_of_key(&node);
    making->account.user_id = user_id_of_key(&user);
    return ERR_OK;
}

/* As its file has it: community_file.h. */
static enum err community_put(struct making *making, struct err_detail *detail) {
    uint8_t memory[2 * sizeof(struct community_secret) + 1];
    struct buffer text = buffer_over(memory, sizeof memory);
    const struct community_secret *community = making->options->community;
    if (community == NULL) return ERR_OK;
    hex_write(&text, (struct span){community->bytes, sizeof community->bytes});
    buffer_put_u8(&text, '\n');
    must(!text.overflowed);
    const struct backup_entry entry = entry_of(BACKUP_ENTRY_COMMUNITY, text.size);
    const enum err err = entry_put(making, &entry, buffer_span(&text), detail);
    wipe_bytes(memory, sizeof memory);
    return err;
}

static enum err store_put(struct making *making, struct err_detail *detail) {
    enum err err = store_copy(making->options->folder, making->store, detail);
    if (err == ERR_OK) err = file_put(making, BACKUP_ENTRY_STORE, making->store, detail);
    return err;
}

static void sealed_name(const struct object_id *manifest, char name[BACKUP_ENTRY_NAME_MAX + 1]) {
    char hex[2 * sizeof manifest->bytes + 1];
    struct buffer out = buffer_over((uint8_t *)hex, sizeof hex - 1);
    hex_write(&out, (struct span){manifest->bytes, sizeof manifest->bytes});
    hex[sizeof hex - 1] = '\0';
    (void)snprintf(name, BACKUP_ENTRY_NAME_MAX + 1, "content/files/%.2s/%s", hex, hex);
}

static enum err chunks_put(struct making *making, struct content_copy *copy, struct err_detail *detail) {
    struct content_copy_chunk chunk;
    enum err err;
    while ((err = content_copy_next(copy, &chunk, detail)) == ERR_OK && chunk.bytes.size > 0) {
        struct backup_entry entry = {
            .kind = BACKUP_ENTRY_SEALED, .offset = chunk.place, .size = chunk.bytes.size, .whole = chunk.file_size};
        sealed_name(&chunk.manifest, entry.name);
        err = entry_put(making, &entry, chunk.bytes, detail);
        if (err != ERR_OK) return err;
    }
    return err;
}

static void account_add(struct account *account, const struct content_copy_counts *counts) {
    account->manifests = counts->manifests;
    account->posts = counts->posts;
    account->files = counts->files;
    account->files_left = counts->files_left;
    account->parts_lost = counts->chunks_lost;
}

static enum err content_put(struct making *making, struct err_detail *detail) {
    const struct content_copy_options options = {
        .folder = making->options->folder, .to = making->content, .leaves_files = making->options->leaves_files};
    struct content_copy *copy = NULL;
    struct content_copy_counts counts;
    enum err err = content_copy_open(&copy, &options, detail);
    if (err == ERR_NOT_FOUND) return ERR_OK; /* who only serves keeps none */
    if (err == ERR_OK) err = chunks_put(making, copy, detail);
    if (err == ERR_OK) err = content_copy_finish(copy, &counts, detail);
    if (err == ERR_OK) account_add(&making->account, &counts);
    content_copy_free(copy);
    return err == ERR_OK ? file_put(making, BACKUP_ENTRY_CONTENT, making->content, detail) : err;
}

static enum err account_put(struct making *making, struct err_detail *detail) {
    uint8_t memory[ACCOUNT_TEXT_MAX];
    struct buffer text = buffer_over(memory, sizeof memory);
    making->account.entries = backup_writer_entries(making->writer);
    making->account.bytes = backup_writer_bytes(making->writer);
    account_write(&text, &making->account);
    must(!text.overflowed);
    const struct backup_entry entry = entry_of(BACKUP_ENTRY_ACCOUNT, text.size);
    return entry_put(making, &entry, buffer_span(&text), detail);
}

/* ---- Places ---- */

static void copies_remove(const struct making *making) {
    static const char *const names[] = {"skep.db",        "content.db",         "content.db-wal",
                                        "content.db-shm", "content.db-journal", "skep.db-journal"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) data_file_remove(making->work, names[i]);
}

/* What another one left behind goes; one that is at work has the lock. */
static enum err work_open(struct making *making, struct err_detail *detail) {
    enum err err = folder_join(making->work, making->options->folder, ".backup", detail);
    if (err == ERR_OK) err = folder_join(making->store, making->work, "skep.db", detail);
    if (err == ERR_OK) err = folder_join(making->content, making->work, "content.db", detail);
    if (err == ERR_OK) err = folder_make_one(making->work, detail);
    if (err == ERR_OK) err = folder_lock_take(making->work, &making->lock, detail);
    if (err == ERR_IN_USE) return err_set(detail, err, "another backup of this node is being made; wait for it");
    if (err == ERR_OK) copies_remove(making);
    return err;
}

static void work_close(struct making *making) {
    if (making->lock < 0) return;
    copies_remove(making);
    data_file_remove(making->work, "lock");
    (void)rmdir(making->work);
    folder_lock_release(making->lock);
}

static bool is_backup(int fd) {
    uint8_t bytes[BACKUP_HEAD_SIZE];
    struct backup_head head;
    const ssize_t size = read(fd, bytes, sizeof bytes);
    return size > 0 && backup_head_read((struct span){bytes, (size_t)size}, &head) != BACKUP_HEAD_FOREIGN;
}

/* A backup may be replaced by a newer one, as a nightly one is; nothing else may. */
static enum err replacement_check(const char *path, struct err_detail *detail) {
    struct stat status;
    if (lstat(path, &status) != 0) return ERR_OK;
    const int fd = S_ISREG(status.st_mode) ? open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC) : -1;
    const bool may = fd >= 0 && is_backup(fd);
    if (fd >= 0) (void)close(fd);
    if (may) return ERR_OK;
    return err_set(detail, ERR_EXISTS, "%s is there, and is no backup: it is not replaced", path);
}

static enum err target_open(struct making *making, struct err_detail *detail) {
    const char *path = making->options->path, *slash = strrchr(path, '/'), *name = slash == NULL ? path : slash + 1;
    const int size = slash == NULL ? 1 : slash == path ? 1 : (int)(slash - path);
    if (name[0] == '\0' || strlen(path) >= FOLDER_PATH_MAX - 16)
        return err_set(detail, ERR_USAGE, "%s is no name for a file", path);
    const enum err err = replacement_check(path, detail);
    if (err != ERR_OK) return err;
    (void)snprintf(making->target_folder, sizeof making->target_folder, "%.*s", size, slash == NULL ? "." : path);
    const int length = snprintf(making->part, sizeof making->part, "%.*s.%s.part", (int)(name - path), path, name);
    must(length > 0 && (size_t)length < sizeof making->part);
    (void)unlink(making->part); /* of one that was killed */
    making->fd = open(making->part, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR);
    return making->fd < 0 ? folder_failed(detail, "write", making->part) : ERR_OK;
}

static enum err target_publish(struct making *making, struct err_detail *detail) {
    if (fsync(making->fd) != 0) return folder_failed(detail, "write", making->part);
    if (rename(making->part, making->options->path) != 0) return folder_failed(detail, "write", making->options->path);
    return folder_sync(making->target_folder, detail);
}

/* ---- All of it ---- */

static enum err writer_open(struct making *making, struct err_detail *detail) {
    const struct entropy entropy = entropy_of_system();
    const struct stretch stretch = stretch_make(&entropy);
    struct seal_key key;
    if (!stretch_passphrase(&stretch, making->options->passphrase, &key))
        return err_set(detail, ERR_MEMORY, "a passphrase takes %llu MiB of memory to work on, which are not there",
                       (unsigned long long)(stretch.memory_bytes >> 20));
    const enum err err = backup_writer_new(&making->writer, making->fd, making->part, &stretch, &key, detail);
    wipe_bytes(&key, sizeof key);
    return err;
}

static enum err all_put(struct making *making, struct err_detail *detail) {
    enum err err = identity_put(making, detail);
    if (err == ERR_OK) err = community_put(making, detail);
    if (err == ERR_OK) err = store_put(making, detail);
    if (err == ERR_OK) err = content_put(making, detail);
    if (err == ERR_OK) err = account_put(making, detail);
    return err == ERR_OK ? backup_writer_finish(making->writer, detail) : err;
}

/* Before a passphrase is worked on and a file is begun. */
static enum err folder_check(const char *folder, struct err_detail *detail) {
    char path[FOLDER_PATH_MAX];
    const enum err err = folder_join(path, folder, "identity/node.key", detail);
    if (err != ERR_OK || access(path, F_OK) == 0) return err;
    return err_set(detail, ERR_NOT_FOUND, "there is no node in %s; use --data DIR", folder);
}

enum err backup_make(const struct backup_options *options, struct account *account, struct err_detail *detail) {
    struct making *making = memory_zeroed(1, sizeof *making);
    *making = (struct making){.options = options, .lock = -1, .fd = -1};
    making->account = (struct account){
        .agent = "skep/" SKEP_VERSION, .made_at_ms = options->now_ms, .has_files = !options->leaves_files};
    enum err err = folder_check(options->folder, detail);
    if (err == ERR_OK) err = work_open(making, detail);
    if (err == ERR_OK) err = target_open(making, detail);
    if (err == ERR_OK) err = writer_open(making, detail);
    if (err == ERR_OK) err = all_put(making, detail);
    if (err == ERR_OK) err = target_publish(making, detail);
    if (err != ERR_OK && making->fd >= 0) (void)unlink(making->part);
    if (making->fd >= 0) (void)close(making->fd);
    backup_writer_free(making->writer);
    work_close(making);
    *account = making->account;
    memory_free(making);
    return err;
}
