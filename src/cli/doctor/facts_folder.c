/* SPDX-License-Identifier: Apache-2.0 */
/* The data folder: whose it is, what room it has, and how long a write takes to reach the disk. */
#include "base/bytes.h"
#include "cli/doctor/facts.h"
#include "daemon/loop/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { PROBE_BYTES = 64 * 1024 };

static void take_room(struct facts_folder *folder, const char *path) {
    struct statvfs room;
    folder->free_bytes = folder->total_bytes = -1;
    if (statvfs(path, &room) != 0) return;
    folder->free_bytes = (int64_t)room.f_bavail * (int64_t)room.f_frsize;
    folder->total_bytes = (int64_t)room.f_blocks * (int64_t)room.f_frsize;
}

/* A file without a name, which nothing can leave behind; where the file system has none, one whose name goes at once.
 */
static int open_probe(const char *path) {
    char name[PATH_MAX];
    int fd = open(path, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR)) return fd;
    int size = snprintf(name, sizeof name, "%s/.doctor-XXXXXX", path);
    if (size < 0 || (size_t)size >= sizeof name) return -1;
    fd = mkostemp(name, O_CLOEXEC);
    if (fd >= 0) (void)unlink(name);
    return fd;
}

static bool write_and_sync(int fd) {
    static const uint8_t nothing[PROBE_BYTES];
    return write(fd, nothing, sizeof nothing) == (ssize_t)sizeof nothing && fsync(fd) == 0;
}

static void take_sync(struct facts_folder *folder, const char *path) {
    int fd = open_probe(path);
    int64_t began_us = clock_monotonic_us();
    folder->is_writable = fd >= 0 && write_and_sync(fd);
    folder->sync_us = folder->is_writable ? clock_monotonic_us() - began_us : -1;
    if (!folder->is_writable) (void)snprintf(folder->fault, sizeof folder->fault, "%s", strerror(errno));
    if (fd >= 0) (void)close(fd);
}

void facts_take_folder(struct facts *facts) {
    struct facts_folder *folder = &facts->folder;
    struct stat about;
    *folder = (struct facts_folder){.free_bytes = -1, .total_bytes = -1, .sync_us = -1};
    if (stat(facts->folder_path, &about) != 0) {
        folder->is_there = errno != ENOENT && errno != ENOTDIR;
        (void)snprintf(folder->fault, sizeof folder->fault, "%s", strerror(errno));
        return;
    }
    folder->is_there = true;
    folder->is_folder = S_ISDIR(about.st_mode);
    folder->mode = about.st_mode & 07777;
    folder->is_foreign = geteuid() != 0 && about.st_uid != geteuid();
    if (!folder->is_folder) return;
    take_room(folder, facts->folder_path);
    take_sync(folder, facts->folder_path);
}
