/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/backup/restoration.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/must.h"
#include "daemon/backup/clone_mark.h"
#include "daemon/store/content/content_store.h"
#include "daemon/store/folder_file.h"
#include "daemon/store/folder_lock.h"
#include "daemon/store/folder_tree.h"
#include "daemon/store/store.h"

struct restoration {
    const struct restoration_options *options;
    char place[FOLDER_PATH_MAX]; /* .NAME.restoring */
    char parent[FOLDER_PATH_MAX];
    int lock;
    int fd; /* of the file at hand; -1: none */
    char name[BACKUP_ENTRY_NAME_MAX + 1];
    char path[FOLDER_PATH_MAX];
    uint64_t at, end; /* of the entry at hand */
};

/* ---- Places ---- */

static bool is_dot(const char *name) {
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

enum err restoration_may_begin(const char *folder, struct err_detail *detail) {
    bool is_empty = true;
    DIR *there = opendir(folder);
    if (there == NULL && errno == ENOENT) return ERR_OK;
    if (there == NULL) return folder_failed(detail, "look through", folder);
    for (const struct dirent *entry; is_empty && (entry = readdir(there)) != NULL;) is_empty = is_dot(entry->d_name);
    (void)closedir(there);
    if (is_empty) return ERR_OK;
    return err_set(
        detail, ERR_EXISTS,
        "%s is not empty: a backup is restored into a folder of its own; use another --data DIR, or move this "
        "one away",
        folder);
}

/* The folder without the slashes at its end, which would make its last part empty. */
static enum err places_find(struct restoration *restoration, struct err_detail *detail) {
    char folder[FOLDER_PATH_MAX];
    int size = snprintf(folder, sizeof folder, "%s", restoration->options->folder);
    if (size <= 0 || size >= FOLDER_PATH_MAX - 32)
        return err_set(detail, ERR_LIMIT, "the path of the folder is no good");
    while (size > 1 && folder[size - 1] == '/') folder[--size] = '\0';
    const char *slash = strrchr(folder, '/'), *name = slash == NULL ? folder : slash + 1;
    if (name[0] == '\0' || is_dot(name))
        return err_set(detail, ERR_USAGE, "%s cannot be a data folder that is made by a restore", folder);
    (void)snprintf(restoration->parent, sizeof restoration->parent, "%.*s",
                   slash == NULL || slash == folder ? 1 : (int)(slash - folder), slash == NULL ? "." : folder);
    const int length = snprintf(restoration->place, sizeof restoration->place, "%.*s.%s.restoring",
                                (int)(name - folder), folder, name);
    must(length > 0 && (size_t)length < sizeof restoration->place);
    return ERR_OK;
}

/* Where others may make folders (/tmp), one of that name may be theirs. */
static enum err place_check(const char *place, struct err_detail *detail) {
    struct stat status;
    if (lstat(place, &status) != 0) return folder_failed(detail, "look at", place);
    if (S_ISDIR(status.st_mode) && status.st_uid == geteuid() && (status.st_mode & (S_IRWXG | S_IRWXO)) == 0)
        return ERR_OK;
    return err_set(detail, ERR_PERMISSION, "%s is not yours alone; remove it, or use another --data DIR", place);
}

/* What another one left behind goes; one that is at work has the lock. */
static enum err place_open(struct restoration *restoration, struct err_detail *detail) {
    enum err err = data_folder_make(restoration->parent, detail);
    if (err == ERR_OK) err = folder_make_one(restoration->place, detail);
    if (err == ERR_OK) err = place_check(restoration->place, detail);
    if (err == ERR_OK) err = folder_lock_take(restoration->place, &restoration->lock, detail);
    if (err != ERR_OK) return err;
    static const char *const parts[] = {"identity", "content"};
    const int fd = open(restoration->place, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    for (size_t i = 0; fd >= 0 && i < sizeof parts / sizeof parts[0]; i++) folder_tree_remove(fd, parts[i]);
    if (fd >= 0) (void)close(fd);
    data_file_remove(restoration->place, "skep.db");
    data_file_remove(restoration->place, "community.secret");
    return ERR_OK;
}

/* ---- Entries ---- */

static enum err file_leave(struct restoration *restoration, struct err_detail *detail) {
    if (restoration->fd < 0) return ERR_OK;
    enum err err = fsync(restoration->fd) == 0 ? ERR_OK : folder_failed(detail, "write", restoration->path);
    if (close(restoration->fd) != 0 && err == ERR_OK) err = folder_failed(detail, "write", restoration->path);
    restoration->fd = -1;
    restoration->name[0] = '\0';
    return err;
}

/* The folders of a name, each of them ours alone. */
static enum err folders_make(struct restoration *restoration, const char *name, struct err_detail *detail) {
    char path[FOLDER_PATH_MAX], part[BACKUP_ENTRY_NAME_MAX + 1];
    enum err err = ERR_OK;
    for (const char *slash = strchr(name, '/'); err == ERR_OK && slash != NULL; slash = strchr(slash + 1, '/')) {
        (void)snprintf(part, sizeof part, "%.*s", (int)(slash - name), name);
        err = folder_join(path, restoration->place, part, detail);
        struct stat status;
        if (err == ERR_OK && stat(path, &status) != 0) err = folder_make_one(path, detail);
    }
    return err;
}

static enum err file_enter(struct restoration *restoration, const struct backup_entry *entry,
                           struct err_detail *detail) {
    enum err err = file_leave(restoration, detail);
    if (err == ERR_OK) err = folders_make(restoration, entry->name, detail);
    if (err == ERR_OK) err = folder_join(restoration->path, restoration->place, entry->name, detail);
    if (err != ERR_OK) return err;
    const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
    restoration->fd = open(restoration->path, flags, S_IRUSR | S_IWUSR);
    if (restoration->fd < 0 && errno == EEXIST)
        return err_set(detail, ERR_DAMAGED, "the backup holds %s twice; nothing of it was used", entry->name);
    /* What of a sealed file is not here yet is a hole: set aside when the node opens it. */
    if (restoration->fd < 0 || ftruncate(restoration->fd, (off_t)entry->whole) != 0)
        return folder_failed(detail, "write", restoration->path);
    must(span_copy_text(span_of_text(entry->name), restoration->name, sizeof restoration->name));
    return ERR_OK;
}

static enum err entry_begin(void *context, const struct backup_entry *entry, struct err_detail *detail) {
    struct restoration *restoration = context;
    restoration->at = entry->offset;
    restoration->end = entry->offset + entry->size;
    if (restoration->fd >= 0 && strcmp(restoration->name, entry->name) == 0) return ERR_OK;
    return file_enter(restoration, entry, detail);
}

static enum err entry_put(void *context, struct span bytes, struct err_detail *detail) {
    struct restoration *restoration = context;
    must(bytes.size <= restoration->end - restoration->at);
    while (bytes.size > 0) {
        const ssize_t written = pwrite(restoration->fd, bytes.at, bytes.size, (off_t)restoration->at);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return folder_failed(detail, "write", restoration->path);
        restoration->at += (uint64_t)written;
        bytes = (struct span){bytes.at + written, bytes.size - (size_t)written};
    }
    return ERR_OK;
}

static bool entries_moved(void *context, uint64_t done, uint64_t total) {
    const struct restoration *restoration = context;
    return restoration->options->moved(restoration->options->context, done, total);
}

/* ---- Is it a node? ---- */

static enum err unusable(const char *words, struct err_detail *detail) {
    struct err_detail why = detail == NULL ? (struct err_detail){0} : *detail;
    return err_set(detail, ERR_DAMAGED, "what is in this backup is no node: %s%s%.300s; nothing of it was used", words,
                   why.text[0] == '\0' ? "" : ": ", why.text);
}

static enum err identity_check(const struct restoration *restoration, const struct account *account,
                               struct err_detail *detail) {
    struct signing_key node, user;
    bool was_made = false, user_was_made = false;
    enum err err = key_file_load_or_make(restoration->place, "node", &node, &was_made, detail);
    if (err != ERR_OK) return unusable("its key", detail);
    err = key_file_load_or_make(restoration->place, "user", &user, &user_was_made, detail);
    const struct public_key node_key = sign_public_key(&node);
    const struct node_id node_id = node_id_of_key(&node_key);
    sign_key_wipe(&node);
    if (err != ERR_OK) return unusable("its user's key", detail);
    const struct public_key user_key = sign_public_key(&user);
    const struct user_id user_id = user_id_of_key(&user_key);
    sign_key_wipe(&user);
    if (detail != NULL) detail->text[0] = '\0';
    if (was_made || user_was_made) return unusable("a key is missing", detail);
    if (!node_id_equal(&node_id, &account->node_id) ||
        memcmp(user_id.bytes, account->user_id.bytes, sizeof user_id.bytes) != 0)
        return unusable("its keys are not those that its account names", detail);
    return ERR_OK;
}

static enum err databases_check(const struct restoration *restoration, struct err_detail *detail) {
    enum err err = store_look(restoration->place, detail);
    if (err == ERR_OK) err = content_store_look(restoration->place, detail);
    if (err == ERR_NOT_FOUND) return ERR_OK; /* who only served keeps no content */
    return err == ERR_DAMAGED ? unusable("a database", detail) : err;
}

/* ---- The name ---- */

/* Every folder that was made has its entries on the disk already (folder_make_one), but for those of files. */
static enum err folders_sync(const struct restoration *restoration, struct err_detail *detail) {
    const int fd = open(restoration->place, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return folder_failed(detail, "open", restoration->place);
    const enum err err = syncfs(fd) == 0 ? ERR_OK : folder_failed(detail, "sync", restoration->place);
    (void)close(fd);
    return err;
}

static enum err publish(const struct restoration *restoration, struct err_detail *detail) {
    const char *folder = restoration->options->folder;
    enum err err = clone_mark_put(restoration->place, "restored", restoration->options->now_ms, detail);
    if (err == ERR_OK) err = folders_sync(restoration, detail);
    if (err == ERR_OK) err = restoration_may_begin(folder, detail);
    if (err != ERR_OK) return err;
    if (rename(restoration->place, folder) != 0) return folder_failed(detail, "make", folder);
    return folder_sync(restoration->parent, detail);
}

static enum err unpack(struct restoration *restoration, struct account *account, struct err_detail *detail) {
    const struct restoration_options *options = restoration->options;
    const struct backup_sink sink = {.begin = entry_begin,
                                     .put = entry_put,
                                     .moved = options->moved == NULL ? NULL : entries_moved,
                                     .context = restoration};
    enum err err = backup_reader_read(options->reader, &sink, account, detail);
    if (err == ERR_OK) err = file_leave(restoration, detail);
    if (err == ERR_OK) err = identity_check(restoration, account, detail);
    if (err == ERR_OK) err = databases_check(restoration, detail);
    return err == ERR_OK ? publish(restoration, detail) : err;
}

enum err restoration_run(const struct restoration_options *options, struct account *account,
                         struct err_detail *detail) {
    struct restoration *restoration = memory_zeroed(1, sizeof *restoration);
    *restoration = (struct restoration){.options = options, .lock = -1, .fd = -1};
    enum err err = restoration_may_begin(options->folder, detail);
    if (err == ERR_OK) err = places_find(restoration, detail);
    if (err == ERR_OK) err = place_open(restoration, detail);
    if (err == ERR_OK) err = unpack(restoration, account, detail);
    if (restoration->fd >= 0) (void)close(restoration->fd);
    if (err != ERR_OK && restoration->lock >= 0) folder_tree_remove(AT_FDCWD, restoration->place);
    folder_lock_release(restoration->lock);
    memory_free(restoration);
    return err;
}
