/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/content/community_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/encoding.h"
#include "crypto/wipe.h"

enum { TEXT_SIZE = 64, OTHERS = S_IRWXG | S_IRWXO };

static enum err take(int fd, const char *path, struct community_secret *secret, struct err_detail *detail) {
    char text[TEXT_SIZE + 2];
    struct stat status;
    struct buffer bytes = buffer_over(secret->bytes, sizeof secret->bytes);
    if (fstat(fd, &status) != 0) return err_set(detail, ERR_IO, "%s cannot be looked at: %s", path, strerror(errno));
    if ((status.st_mode & OTHERS) != 0)
        return err_set(detail, ERR_FOREIGN, "others on this machine may use the secret in %s: chmod 0600 it", path);
    const ssize_t size = read(fd, text, sizeof text);
    if (size < 0) return err_set(detail, ERR_IO, "%s cannot be read: %s", path, strerror(errno));
    const bool has_form = size == TEXT_SIZE || (size == TEXT_SIZE + 1 && text[TEXT_SIZE] == '\n');
    const bool is_good = has_form && hex_read((struct span){(const uint8_t *)text, TEXT_SIZE}, &bytes);
    wipe_bytes(text, sizeof text);
    if (is_good) return ERR_OK;
    return err_set(detail, ERR_DAMAGED,
                   "%s holds no community secret; it is 64 hex digits, made by: openssl rand -hex 32", path);
}

enum err community_file_read(const char *path, struct community_secret *secret, struct err_detail *detail) {
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return err_set(detail, ERR_NOT_FOUND, "the community secret %s: %s", path, strerror(errno));
    const enum err err = take(fd, path, secret, detail);
    (void)close(fd);
    return err;
}
