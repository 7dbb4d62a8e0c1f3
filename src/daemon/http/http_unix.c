/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/http/http_unix.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static struct sockaddr_un name_of(const struct http_place *place) {
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    (void)snprintf(name.sun_path, sizeof name.sun_path, "%s", place->path);
    return name;
}

static enum err bind_failed(const char *verb, const char *path, int error, struct err_detail *detail) {
    switch (error) {
    case ENOENT:
    case ENOTDIR: return err_set(detail, ERR_NOT_FOUND, "cannot %s %s: its folder is not there; make it", verb, path);
    case EACCES:
    case EPERM:
    case EROFS:
        return err_set(detail, ERR_PERMISSION, "cannot %s %s: %s; choose a folder that this user may write to", verb,
                       path, strerror(error));
    default: return err_set(detail, ERR_IO, "cannot %s %s: %s", verb, path, strerror(error));
    }
}

/* -1 with `errno`; EWOULDBLOCK: another program is at it. */
static int lock_folder(const char *path) {
    char folder[HTTP_PLACE_PATH_MAX + 1];
    (void)snprintf(folder, sizeof folder, "%s", path);
    char *slash = strrchr(folder, '/');
    slash[slash == folder] = '\0';
    const int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) == 0) return fd;
    const int error = errno;
    (void)close(fd);
    errno = error;
    return -1;
}

/* Whoever listens accepts, or is too busy to; both are alive. */
static bool somebody_listens(const struct http_place *place) {
    const struct sockaddr_un name = name_of(place);
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return true; /* not known; then nothing is removed */
    const bool is_refused =
        connect(fd, (const struct sockaddr *)&name, sizeof name) != 0 && (errno == ECONNREFUSED || errno == ENOENT);
    (void)close(fd);
    return !is_refused;
}

static enum err clear_stale(const struct http_place *place, struct err_detail *detail) {
    struct stat status;
    const char *path = place->path;
    if (lstat(path, &status) != 0) return errno == ENOENT ? ERR_OK : bind_failed("look at", path, errno, detail);
    if (!S_ISSOCK(status.st_mode))
        return err_set(detail, ERR_EXISTS, "%s is there and is no socket; move it away, or choose another path", path);
    if (somebody_listens(place))
        return err_set(detail, ERR_IN_USE, "another program listens on unix:%s; stop that one, or choose another path",
                       path);
    return unlink(path) == 0 || errno == ENOENT ? ERR_OK : bind_failed("replace", path, errno, detail);
}

static struct http_unix mark_of(const struct stat *status) {
    return (struct http_unix){
        .device = (uint64_t)status->st_dev,
        .inode = (uint64_t)status->st_ino,
        .changed_ns = (int64_t)status->st_ctim.tv_sec * 1000000000 + status->st_ctim.tv_nsec,
    };
}

/* Nobody can connect before the mode is set, as nobody listens yet. */
static enum err make(struct http_unix *file, const struct http_place *place, const struct http_unix_options *options,
                     struct err_detail *detail) {
    const struct sockaddr_un name = name_of(place);
    struct stat status;
    if (bind(options->fd, (const struct sockaddr *)&name, sizeof name) != 0)
        return bind_failed("make", place->path, errno, detail);
    const bool is_made = chmod(place->path, (mode_t)options->mode) == 0 && lstat(place->path, &status) == 0 &&
                         listen(options->fd, options->backlog) == 0;
    if (!is_made) {
        enum err err = bind_failed("open", place->path, errno, detail);
        (void)unlink(place->path);
        return err;
    }
    *file = mark_of(&status);
    return ERR_OK;
}

enum err http_unix_listen(struct http_unix *file, const struct http_place *place,
                          const struct http_unix_options *options, struct err_detail *detail) {
    const int lock = lock_folder(place->path);
    if (lock < 0 && errno == EWOULDBLOCK)
        return err_set(detail, ERR_IN_USE, "another program is making a socket beside %s; try again", place->path);
    if (lock < 0) return bind_failed("make", place->path, errno, detail);
    enum err err = clear_stale(place, detail);
    if (err == ERR_OK) err = make(file, place, options, detail);
    (void)close(lock); /* lets go of it */
    return err;
}

void http_unix_remove(const struct http_unix *file, const struct http_place *place) {
    struct stat status;
    if (file->inode == 0 || lstat(place->path, &status) != 0) return;
    const struct http_unix found = mark_of(&status);
    const bool is_ours =
        found.device == file->device && found.inode == file->inode && found.changed_ns == file->changed_ns;
    if (is_ours) (void)unlink(place->path);
}
