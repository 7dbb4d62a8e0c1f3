/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/store/content/sealed_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/encoding.h"
#include "base/memory.h"
#include "daemon/store/content/disk_trouble.h"
#include "daemon/store/folder_file.h"

enum { HEX_SIZE = 64 };

static void id_hex(const struct object_id *id, char hex[HEX_SIZE + 1]) {
    struct buffer out = buffer_over((uint8_t *)hex, HEX_SIZE);
    hex_write(&out, (struct span){id->bytes, sizeof id->bytes});
    hex[HEX_SIZE] = '\0';
}

struct sealed_path sealed_path(const char *root, const struct object_id *manifest) {
    struct sealed_path path;
    char hex[HEX_SIZE + 1];
    id_hex(manifest, hex);
    (void)snprintf(path.text, sizeof path.text, "%s/files/%.2s/%s", root, hex, hex);
    return path;
}

/* ROOT/files/ab */
static struct sealed_path folder_of(const char *root, const struct object_id *manifest) {
    struct sealed_path folder = sealed_path(root, manifest);
    *strrchr(folder.text, '/') = '\0';
    return folder;
}

static enum err failed(struct err_detail *detail, const char *verb, const struct sealed_path *path) {
    return disk_trouble(detail, errno, verb, path->text);
}

/* ---- Making ---- */

/* Where the file system cannot set blocks aside, what is free has to do; it may be gone later. */
static int room_check(int fd, uint64_t size) {
    struct statvfs disk;
    if (fstatvfs(fd, &disk) != 0) return errno;
    if ((uint64_t)disk.f_bavail * disk.f_frsize < size) return ENOSPC;
    return ftruncate(fd, (off_t)size) == 0 ? 0 : errno;
}

/* Not posix_fallocate, which writes to each block where the file system cannot. */
static int room_reserve(int fd, uint64_t size) {
    int number;
    do number = fallocate(fd, 0, 0, (off_t)size) == 0 ? 0 : errno;
    while (number == EINTR);
    return number == EOPNOTSUPP || number == ENOSYS ? room_check(fd, size) : number;
}

static uint32_t chunks_within(const struct file_shape *shape, uint64_t size) {
    if (size >= file_sealed_size(shape)) return shape->chunk_count;
    return (uint32_t)(size / (shape->chunk_size + FILE_SEAL_SIZE));
}

static enum err file_fit(struct sealed_opening *opening, const struct file_shape *shape, const struct sealed_path *path,
                         struct err_detail *detail) {
    struct stat status;
    if (fstat(opening->fd, &status) != 0) return failed(detail, "look at", path);
    if (!S_ISREG(status.st_mode)) return err_set(detail, ERR_DAMAGED, "%s is no file; move it away", path->text);
    opening->chunks_fit = opening->was_missing ? 0 : chunks_within(shape, (uint64_t)status.st_size);
    if ((uint64_t)status.st_size >= file_sealed_size(shape)) return ERR_OK;
    const int number = room_reserve(opening->fd, file_sealed_size(shape));
    if (number == 0) return ERR_OK;
    char verb[64];
    (void)snprintf(verb, sizeof verb, "set %llu bytes aside for", (unsigned long long)file_sealed_size(shape));
    return disk_trouble(detail, number, verb, path->text);
}

/* Where nothing can be written, one that is whole can still be read. */
static void file_open_to_read_at_least(struct sealed_opening *opening, const struct sealed_path *path) {
    const int number = errno;
    if (number != EROFS && number != EACCES) return;
    opening->fd = open(path->text, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    errno = number;
}

static enum err file_open(struct sealed_opening *opening, const struct sealed_path *path, bool is_whole,
                          struct err_detail *detail) {
    const int flags = O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK;
    opening->fd = open(path->text, flags);
    opening->was_missing = opening->fd < 0 && errno == ENOENT;
    if (opening->was_missing)
        opening->fd = open(path->text, flags | O_CREAT | O_EXCL, S_IRUSR | S_IWUSR);
    else if (opening->fd < 0 && is_whole)
        file_open_to_read_at_least(opening, path);
    return opening->fd < 0 ? failed(detail, "open", path) : ERR_OK;
}

enum err sealed_file_make(const char *root, const struct object_id *manifest, const struct file_shape *shape,
                          bool is_whole, struct sealed_opening *opening, struct err_detail *detail) {
    const struct sealed_path path = sealed_path(root, manifest), folder = folder_of(root, manifest);
    *opening = (struct sealed_opening){.fd = -1};
    struct stat status;
    enum err err = ERR_OK;
    if (stat(folder.text, &status) != 0 && folder_make_one(folder.text, NULL) != ERR_OK)
        err = disk_trouble(detail, errno, "make the folder", folder.text);
    if (err == ERR_OK) err = file_open(opening, &path, is_whole, detail);
    if (err == ERR_OK) err = file_fit(opening, shape, &path, detail);
    if (err == ERR_OK) err = folder_sync(folder.text, detail);
    if (err == ERR_OK || opening->fd < 0) return err;
    if (opening->was_missing) (void)unlink(path.text);
    (void)close(opening->fd);
    opening->fd = -1;
    return err;
}

enum err sealed_file_open_to_read(const char *root, const struct object_id *manifest, int *fd,
                                  struct err_detail *detail) {
    const struct sealed_path path = sealed_path(root, manifest);
    char all[4096];
    *fd = open(path.text, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    if (*fd >= 0) return ERR_OK;
    const int number = errno;
    const enum err err = disk_trouble(detail, number, "open", path.text);
    if (number != ENOENT || folder_join(all, root, "files", NULL) != ERR_OK || access(all, F_OK) == 0) return err;
    return disk_trouble(detail, ENOENT, "open", all) == ERR_NOT_FOUND ? ERR_IO : err;
}

/* ---- Bytes ---- */

enum err sealed_file_write(int fd, uint64_t place, struct span bytes, const struct sealed_path *path,
                           struct err_detail *detail) {
    while (bytes.size > 0) {
        const ssize_t written = pwrite(fd, bytes.at, bytes.size, (off_t)place);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return failed(detail, "write", path);
        bytes = (struct span){bytes.at + written, bytes.size - (size_t)written};
        place += (uint64_t)written;
    }
    return ERR_OK;
}

enum { READ_SHORT = -1 }; /* the file ends before */

/* 0, READ_SHORT or an errno. */
static int bytes_read(int fd, uint64_t place, uint8_t *bytes, size_t size) {
    while (size > 0) {
        const ssize_t got = pread(fd, bytes, size, (off_t)place);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return got == 0 ? READ_SHORT : errno;
        bytes += got;
        size -= (size_t)got;
        place += (uint64_t)got;
    }
    return 0;
}

static void fault_set(struct sealed_chunk_read *read, enum content_fault_cause cause, uint32_t index, uint32_t count) {
    memory_free(read->bytes);
    read->bytes = NULL;
    read->has_fault = true;
    read->fault = (struct content_fault){.cause = cause, .id = read->manifest, .index = index, .count = count};
}

/* A place that the disk cannot read is as good as rotten: written anew, it may be one that it can. */
static enum err chunk_compare(struct sealed_chunk_read *read, int fd, struct err_detail *detail) {
    const size_t size = file_chunk_sealed_size(&read->shape, read->index);
    if (read->bytes == NULL) read->bytes = memory_room(size);
    const int number = bytes_read(fd, file_chunk_place(&read->shape, read->index), read->bytes, size);
    if (number == READ_SHORT) {
        fault_set(read, CONTENT_FAULT_VANISHED, read->index, read->shape.chunk_count - read->index);
    } else if (number == EIO) {
        fault_set(read, CONTENT_FAULT_ROTTEN, read->index, 1);
    } else if (number != 0) {
        memory_free(read->bytes);
        read->bytes = NULL;
        return disk_trouble(detail, number, "read", sealed_path(read->root, &read->manifest).text);
    } else if (read->expected != NULL) {
        const struct object_id actual = object_id_of_blob((struct span){read->bytes, size});
        if (!object_id_equal(&actual, read->expected)) fault_set(read, CONTENT_FAULT_ROTTEN, read->index, 1);
    }
    return ERR_OK;
}

enum err sealed_chunk_read(struct sealed_chunk_read *read, struct err_detail *detail) {
    int fd = read->fd;
    enum err err = ERR_OK;
    if (fd < 0) err = sealed_file_open_to_read(read->root, &read->manifest, &fd, detail);
    if (err == ERR_NOT_FOUND) {
        fault_set(read, CONTENT_FAULT_VANISHED, 0, read->shape.chunk_count);
        return ERR_OK;
    }
    if (err == ERR_OK) err = chunk_compare(read, fd, detail);
    if (fd >= 0 && fd != read->fd) (void)close(fd);
    return err;
}

enum err sealed_file_sync(int fd, bool *is_unlinked, const struct sealed_path *path, struct err_detail *detail) {
    struct stat status;
    if (fdatasync(fd) != 0) return failed(detail, "sync", path);
    if (fstat(fd, &status) != 0) return failed(detail, "look at", path);
    *is_unlinked = status.st_nlink == 0;
    return ERR_OK;
}

/* ---- Removing ---- */

enum err sealed_file_remove(const char *root, const struct object_id *manifest, struct err_detail *detail) {
    const struct sealed_path path = sealed_path(root, manifest), folder = folder_of(root, manifest);
    if (unlink(path.text) != 0) return errno == ENOENT ? ERR_OK : failed(detail, "remove", &path);
    return folder_sync(folder.text, detail);
}

static bool is_name_of_file(const char *name, const char *folder, struct object_id *manifest) {
    struct buffer out = buffer_over(manifest->bytes, sizeof manifest->bytes);
    const struct span text = span_of_text(name);
    return text.size == HEX_SIZE && hex_is_lower(text) && strncmp(name, folder, 2) == 0 && hex_read(text, &out);
}

struct sweep {
    DIR *all;
    const char *root;
    bool (*is_known)(void *context, const struct object_id *manifest);
    void *context;
};

static enum err folder_sweep(const struct sweep *sweep, const char *name, struct err_detail *detail) {
    enum err err = ERR_OK;
    const int fd = openat(dirfd(sweep->all), name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *folder = fd < 0 ? NULL : fdopendir(fd);
    if (folder == NULL) return disk_trouble(detail, errno, "look through the folder", name);
    for (const struct dirent *entry; err == ERR_OK && (entry = readdir(folder)) != NULL;) {
        struct object_id manifest;
        if (!is_name_of_file(entry->d_name, name, &manifest) || sweep->is_known(sweep->context, &manifest)) continue;
        err = sealed_file_remove(sweep->root, &manifest, detail);
    }
    (void)closedir(folder);
    return err;
}

enum err sealed_files_sweep(const char *root, bool (*is_known)(void *context, const struct object_id *manifest),
                            void *context, struct err_detail *detail) {
    char path[FOLDER_PATH_MAX];
    struct sweep sweep = {.root = root, .is_known = is_known, .context = context};
    enum err err = folder_join(path, root, "files", detail);
    if (err != ERR_OK) return err;
    sweep.all = opendir(path);
    if (sweep.all == NULL) return disk_trouble(detail, errno, "look through", path);
    for (const struct dirent *entry; err == ERR_OK && (entry = readdir(sweep.all)) != NULL;)
        if (strlen(entry->d_name) == 2 && hex_is_lower(span_of_text(entry->d_name)))
            err = folder_sweep(&sweep, entry->d_name, detail);
    (void)closedir(sweep.all);
    return err;
}
