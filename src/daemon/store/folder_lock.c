/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/store/folder_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/number.h"
#include "daemon/store/folder_file.h"

static enum err in_use(int fd, const char *folder, struct err_detail *detail) {
    uint8_t text[16];
    uint32_t pid = 0;
    const ssize_t size = pread(fd, text, sizeof text, 0);
    struct span word = {text, size > 0 ? (size_t)size : 0};
    if (word.size > 0 && text[word.size - 1] == '\n') word.size--;
    if (!number_read_u32(word, INT32_MAX, &pid))
        return err_set(detail, ERR_IN_USE, "%s is in use by another skep; use another --data DIR", folder);
    return err_set(detail, ERR_IN_USE, "%s is in use by another skep (process %u); stop it, or use another --data DIR",
                   folder, (unsigned)pid);
}

/* Only for the sentence above; a lock without a name is a lock all the same. */
static void name_put(int fd) {
    char text[16];
    const int size = snprintf(text, sizeof text, "%d\n", (int)getpid());
    const bool is_named = ftruncate(fd, 0) == 0 && pwrite(fd, text, (size_t)size, 0) == size;
    (void)is_named;
}

enum err folder_lock_take(const char *folder, int *fd, struct err_detail *detail) {
    char path[FOLDER_PATH_MAX];
    enum err err = folder_join(path, folder, "lock", detail);
    if (err != ERR_OK) return err;
    const int lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
    if (lock < 0) return folder_failed(detail, "open", path);
    if (flock(lock, LOCK_EX | LOCK_NB) == 0) {
        name_put(lock);
        *fd = lock;
        return ERR_OK;
    }
    err = errno == EWOULDBLOCK ? in_use(lock, folder, detail) : folder_failed(detail, "lock", path);
    (void)close(lock);
    return err;
}

void folder_lock_release(int fd) {
    if (fd >= 0) (void)close(fd);
}
