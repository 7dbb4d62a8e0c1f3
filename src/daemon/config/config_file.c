/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/config/config_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- Where it is ---- */

static bool is_given(const char *text) {
    return text != NULL && text[0] != '\0';
}

/* True when the path fits and may be of a file: only where there is surely none is it looked for elsewhere. Whether it
 * can be read is told when it is read. */
static bool try_path(char *path, size_t capacity, const char *folder, size_t folder_size, const char *rest) {
    const int size = snprintf(path, capacity, "%.*s%s", (int)folder_size, folder, rest);
    if (size <= 0 || (size_t)size >= capacity) return false;
    return access(path, F_OK) == 0 || (errno != ENOENT && errno != ENOTDIR);
}

static bool find_usual(char *path, size_t capacity) {
    const char *unit = getenv("CONFIGURATION_DIRECTORY"), *xdg = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
    if (is_given(unit) && try_path(path, capacity, unit, strcspn(unit, ":"), "/skep.conf")) return true;
    if (is_given(xdg) && xdg[0] == '/') {
        if (try_path(path, capacity, xdg, strlen(xdg), "/skep/skep.conf")) return true;
    } else if (is_given(home) && try_path(path, capacity, home, strlen(home), "/.config/skep/skep.conf")) {
        return true;
    }
    return try_path(path, capacity, "/etc", 4, "/skep/skep.conf");
}

bool config_file_find(const char *flag, char *path, size_t capacity) {
    const char *named = is_given(flag) ? flag : getenv("SKEP_CONFIG");
    path[0] = '\0';
    if (!is_given(named)) {
        const bool is_found = find_usual(path, capacity);
        if (!is_found) path[0] = '\0';
        return is_found;
    }
    if (strcmp(named, "none") == 0) return false;
    (void)snprintf(path, capacity, "%s", named);
    return true;
}

/* ---- What it holds ---- */

static enum err read_all(int fd, struct buffer *out, struct err_detail *detail) {
    ssize_t size = 1;
    while (size > 0 && out->size < out->capacity) {
        size = read(fd, out->at + out->size, out->capacity - out->size);
        if (size < 0 && errno == EINTR)
            size = 1;
        else if (size < 0)
            return err_set(detail, ERR_IO, "cannot be read: %s", strerror(errno));
        else
            out->size += (size_t)size;
    }
    if (out->size < out->capacity) return ERR_OK;
    return err_set(detail, ERR_LIMIT, "expected at most %zu bytes", out->capacity - 1);
}

static enum err read_file(int fd, struct buffer *out, struct err_detail *detail) {
    struct stat about;
    if (fstat(fd, &about) != 0) return err_set(detail, ERR_IO, "cannot be read: %s", strerror(errno));
    if (S_ISDIR(about.st_mode)) return err_set(detail, ERR_USAGE, "expected a file, not a folder");
    if (!S_ISREG(about.st_mode) && !S_ISCHR(about.st_mode)) return err_set(detail, ERR_USAGE, "expected a file");
    return read_all(fd, out, detail);
}

enum err config_file_read(const char *path, struct buffer *out, struct err_detail *detail) {
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0 && errno == ENOENT) return err_set(detail, ERR_NOT_FOUND, "there is no such file");
    if (fd < 0) return err_set(detail, ERR_PERMISSION, "cannot be opened: %s", strerror(errno));
    const enum err err = read_file(fd, out, detail);
    (void)close(fd);
    return err;
}
