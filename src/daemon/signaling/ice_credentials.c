/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/signaling/ice_credentials.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crypto/wipe.h"

enum { TEXT_MAX = 2 * (ICE_WORD_MAX + 1), OTHERS = S_IRWXG | S_IRWXO };

/* One line, without its end; what comes behind it. NULL: it is empty, too long, or there is none. */
static const char *take_line(const char *text, char word[ICE_WORD_MAX + 1]) {
    const size_t size = strcspn(text, "\n");
    if (size == 0 || size > ICE_WORD_MAX) return NULL;
    memcpy(word, text, size);
    word[size] = '\0';
    return text[size] == '\n' ? text + size + 1 : text + size;
}

static bool take_lines(const char *text, struct ice_credentials *credentials) {
    const char *rest = take_line(text, credentials->user);
    if (rest != NULL) rest = take_line(rest, credentials->password);
    return rest != NULL && *rest == '\0';
}

static enum err take(int fd, const char *path, struct ice_credentials *credentials, struct err_detail *detail) {
    char text[TEXT_MAX + 2];
    struct stat status;
    if (fstat(fd, &status) != 0) return err_set(detail, ERR_IO, "%s cannot be looked at: %s", path, strerror(errno));
    if ((status.st_mode & OTHERS) != 0)
        return err_set(detail, ERR_FOREIGN, "others on this machine may use the password in %s: chmod 0600 it", path);
    const ssize_t size = read(fd, text, sizeof text - 1);
    if (size < 0) return err_set(detail, ERR_IO, "%s cannot be read: %s", path, strerror(errno));
    text[size] = '\0';
    const bool is_good = strlen(text) == (size_t)size && take_lines(text, credentials);
    wipe_bytes(text, sizeof text);
    if (is_good) return ERR_OK;
    return err_set(detail, ERR_DAMAGED,
                   "%s holds no credentials; it is a line with the user, and one with the password", path);
}

enum err ice_credentials_read(const char *path, struct ice_credentials *credentials, struct err_detail *detail) {
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return err_set(detail, ERR_NOT_FOUND, "the credentials for TURN, %s: %s", path, strerror(errno));
    const enum err err = take(fd, path, credentials, detail);
    (void)close(fd);
    return err;
}
