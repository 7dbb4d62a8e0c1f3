/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/store/folder_tree.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

enum { DEPTH_MAX = 6 }; /* a swarm's folder: node-01/content/files/ab/MANIFEST */

static bool is_dot(const char *name) {
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

static void remove_below(int parent, const char *name, unsigned depth) {
    const int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *folder = fd < 0 ? NULL : fdopendir(fd);
    if (folder == NULL) return;
    for (const struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        if (is_dot(entry->d_name)) continue;
        if (unlinkat(dirfd(folder), entry->d_name, 0) != 0 && depth < DEPTH_MAX)
            remove_below(dirfd(folder), entry->d_name, depth + 1);
    }
    (void)closedir(folder);
    (void)unlinkat(parent, name, AT_REMOVEDIR);
}

void folder_tree_remove(int parent, const char *name) {
    remove_below(parent, name, 0);
}
