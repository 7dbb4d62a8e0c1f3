/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/store/folder_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/must.h"

enum { OTHERS_BITS = S_IRWXG | S_IRWXO };

enum err folder_join(char path[FOLDER_PATH_MAX], const char *folder, const char *name, struct err_detail *detail) {
    const int size = snprintf(path, FOLDER_PATH_MAX, "%s/%s", folder, name);
    if (size >= 0 && size < FOLDER_PATH_MAX) return ERR_OK;
    return err_set(detail, ERR_LIMIT, "the path of %s in the data folder is too long", name);
}

static enum err err_of(int number) {
    switch (number) {
    case EACCES:
    case EPERM:
    case EROFS:
    case ELOOP: return ERR_PERMISSION;
    case ENOENT: return ERR_NOT_FOUND;
    case EEXIST: return ERR_EXISTS;
    case ENOMEM: return ERR_MEMORY;
    case ENAMETOOLONG: return ERR_LIMIT;
    default: return ERR_IO;
    }
}

enum err folder_failed(struct err_detail *detail, const char *verb, const char *path) {
    const int number = errno;
    return err_set(detail, err_of(number), "cannot %s %s: %s", verb, path, strerror(number));
}

enum err folder_sync(const char *path, struct err_detail *detail) {
    const int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return folder_failed(detail, "open", path);
    /* EINVAL: a file system that has nothing to sync for a folder. */
    const enum err err = fsync(fd) == 0 || errno == EINVAL ? ERR_OK : folder_failed(detail, "sync", path);
    (void)close(fd);
    return err;
}

static enum err parent_sync(const char *path, struct err_detail *detail) {
    char parent[FOLDER_PATH_MAX];
    const char *slash = strrchr(path, '/');
    if (slash == NULL) return folder_sync(".", detail);
    const int size = snprintf(parent, sizeof parent, "%.*s", slash == path ? 1 : (int)(slash - path), path);
    must(size >= 0 && size < FOLDER_PATH_MAX);
    return folder_sync(parent, detail);
}

/* chmod after mkdir, because a umask may have taken bits away. */
enum err folder_make_one(const char *path, struct err_detail *detail) {
    struct stat status;
    if (mkdir(path, S_IRWXU) == 0) {
        if (chmod(path, S_IRWXU) != 0) return folder_failed(detail, "make", path);
        return parent_sync(path, detail);
    }
    if (errno != EEXIST) return folder_failed(detail, "make the folder", path);
    if (stat(path, &status) != 0) return folder_failed(detail, "look at", path);
    return S_ISDIR(status.st_mode) ? ERR_OK : err_set(detail, ERR_EXISTS, "%s is there, but it is no folder", path);
}

/* ---- Writing ---- */

/* A file on its way to its name. */
struct draft {
    int folder_fd;
    const char *folder;
    const char *name;
    char temporary[256];
    char path[FOLDER_PATH_MAX]; /* for what is said about it */
};

static enum err draft_open(struct draft *draft, const char *folder, const char *name, struct err_detail *detail) {
    must(strchr(name, '/') == NULL);
    *draft = (struct draft){.folder_fd = -1, .folder = folder, .name = name};
    const enum err err = folder_join(draft->path, folder, name, detail);
    if (err != ERR_OK) return err;
    const int size = snprintf(draft->temporary, sizeof draft->temporary, ".%s.new", name);
    must(size > 0 && (size_t)size < sizeof draft->temporary);
    draft->folder_fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return draft->folder_fd < 0 ? folder_failed(detail, "open", folder) : ERR_OK;
}

static bool bytes_write(int fd, struct span bytes) {
    while (bytes.size > 0) {
        const ssize_t written = write(fd, bytes.at, bytes.size);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        bytes = (struct span){bytes.at + written, bytes.size - (size_t)written};
    }
    return true;
}

/* A temporary file that is there was left behind by a crash: it goes. Whatever else has taken its name since is not
 * opened (O_EXCL). */
static enum err draft_fill(const struct draft *draft, struct span bytes, mode_t mode, struct err_detail *detail) {
    const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
    (void)unlinkat(draft->folder_fd, draft->temporary, 0);
    const int fd = openat(draft->folder_fd, draft->temporary, flags, S_IRUSR | S_IWUSR);
    if (fd < 0) return folder_failed(detail, "write", draft->path);
    enum err err = ERR_OK;
    if (!bytes_write(fd, bytes) || fchmod(fd, mode) != 0 || fsync(fd) != 0)
        err = folder_failed(detail, "write", draft->path);
    if (close(fd) != 0 && err == ERR_OK) err = folder_failed(detail, "write", draft->path);
    return err;
}

/* rename() replaces, link() does not; both leave the name with the whole file or as it was. */
static enum err draft_publish(const struct draft *draft, bool may_replace, struct err_detail *detail) {
    const int fd = draft->folder_fd;
    const int failed = may_replace ? renameat(fd, draft->temporary, fd, draft->name)
                                   : linkat(fd, draft->temporary, fd, draft->name, 0);
    if (failed != 0) return folder_failed(detail, "write", draft->path);
    if (!may_replace) (void)unlinkat(fd, draft->temporary, 0);
    return fsync(fd) == 0 || errno == EINVAL ? ERR_OK : folder_failed(detail, "sync", draft->folder);
}

static enum err file_put(const char *folder, const char *name, struct span bytes, mode_t mode, bool may_replace,
                         struct err_detail *detail) {
    struct draft draft;
    enum err err = draft_open(&draft, folder, name, detail);
    if (err == ERR_OK) err = draft_fill(&draft, bytes, mode, detail);
    if (err == ERR_OK) err = draft_publish(&draft, may_replace, detail);
    if (draft.folder_fd < 0) return err;
    const int number = errno; /* of what failed, not of tidying up */
    if (err != ERR_OK) (void)unlinkat(draft.folder_fd, draft.temporary, 0);
    (void)close(draft.folder_fd);
    errno = number;
    return err;
}

enum err data_file_write(const char *folder, const char *name, struct span bytes, int mode, struct err_detail *detail) {
    return file_put(folder, name, bytes, (mode_t)mode, true, detail);
}

enum err secret_file_make(const char *folder, const char *name, struct span bytes, struct err_detail *detail) {
    return file_put(folder, name, bytes, S_IRUSR | S_IWUSR, false, detail);
}

void data_file_remove(const char *folder, const char *name) {
    char path[FOLDER_PATH_MAX];
    if (folder_join(path, folder, name, NULL) == ERR_OK) (void)unlink(path);
}

/* ---- Reading ---- */

static enum err bytes_read(int fd, struct buffer *out, const char *path, struct err_detail *detail) {
    while (out->size < out->capacity) {
        const ssize_t got = read(fd, out->at + out->size, out->capacity - out->size);
        if (got == 0) return ERR_OK;
        if (got < 0 && errno != EINTR) return folder_failed(detail, "read", path);
        if (got > 0) out->size += (size_t)got;
    }
    uint8_t more;
    return read(fd, &more, 1) == 0 ? ERR_OK : err_set(detail, ERR_LIMIT, "%s is larger than it should be", path);
}

static enum err secrecy_check(const struct stat *status, const char *path, struct err_detail *detail) {
    if ((status->st_mode & OTHERS_BITS) == 0) return ERR_OK;
    return err_set(detail, ERR_PERMISSION, "%s may be read by others (mode %04o); use chmod 600 %s", path,
                   (unsigned)(status->st_mode & 07777), path);
}

static enum err file_read(const char *folder, const char *name, bool is_secret, struct buffer *out,
                          struct err_detail *detail) {
    char path[FOLDER_PATH_MAX];
    struct stat status;
    enum err err = folder_join(path, folder, name, detail);
    if (err != ERR_OK) return err;
    /* O_NONBLOCK: should somebody have put a pipe there, opening it must not wait. */
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0 && errno == ENOENT) return ERR_NOT_FOUND;
    if (fd < 0) return folder_failed(detail, "read", path);
    if (fstat(fd, &status) != 0) err = folder_failed(detail, "look at", path);
    if (err == ERR_OK && !S_ISREG(status.st_mode)) err = err_set(detail, ERR_DAMAGED, "%s is no file", path);
    if (err == ERR_OK && is_secret) err = secrecy_check(&status, path, detail);
    if (err == ERR_OK) err = bytes_read(fd, out, path, detail);
    (void)close(fd);
    return err;
}

enum err data_file_read(const char *folder, const char *name, struct buffer *out, struct err_detail *detail) {
    return file_read(folder, name, false, out, detail);
}

enum err secret_file_read(const char *folder, const char *name, struct buffer *out, struct err_detail *detail) {
    return file_read(folder, name, true, out, detail);
}
