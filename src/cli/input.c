/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/input.h"

#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static enum err err_of_errno(int number) {
    if (number == ENOENT) return ERR_NOT_FOUND;
    if (number == EACCES || number == EPERM) return ERR_PERMISSION;
    return ERR_IO;
}

/* read(2) rather than stdio, whose buffer would keep a copy of a key. Reads one byte past the limit to see that there
 * is no more. */
static enum err read_all(struct input *input, int fd, const char *name, struct err_detail *detail) {
    while (input->size < input->capacity) {
        ssize_t got = read(fd, input->bytes + input->size, input->capacity - input->size);
        if (got == 0) return ERR_OK;
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return err_set(detail, err_of_errno(errno), "%s cannot be read: %s", name, strerror(errno));
        input->size += (size_t)got;
    }
    return err_set(detail, ERR_LIMIT, "%s is larger than %zu bytes", name, input->capacity - 1);
}

enum err input_open(struct input *input, const char *path, size_t size_max, struct err_detail *detail) {
    bool is_standard = strcmp(path, "-") == 0;
    *input = (struct input){.bytes = memory_zeroed(1, size_max + 1), .capacity = size_max + 1};
    int fd = is_standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return err_set(detail, err_of_errno(errno), "%s cannot be opened: %s", path, strerror(errno));
    enum err err = read_all(input, fd, is_standard ? "standard input" : path, detail);
    if (!is_standard) (void)close(fd);
    return err;
}

struct span input_span(const struct input *input) {
    return (struct span){input->bytes, input->size};
}

void input_close(struct input *input) {
    if (input->bytes != NULL) explicit_bzero(input->bytes, input->capacity);
    memory_free(input->bytes);
    *input = (struct input){0};
}
