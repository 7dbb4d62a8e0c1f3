/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/store/data_folder.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "daemon/store/folder_file.h"

/* ---- Where it is ---- */

static bool is_given(const char *text) {
    return text != NULL && text[0] != '\0';
}

/* systemd gives a list with colons between when a unit has several state folders; ours is the first. */
static int state_directory_print(char *path, size_t capacity, const char *list) {
    return snprintf(path, capacity, "%.*s", (int)strcspn(list, ":"), list);
}

enum err data_folder_path(const char *flag, char *path, size_t capacity, struct err_detail *detail) {
    const char *state = getenv("STATE_DIRECTORY"), *xdg = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    int size;
    if (is_given(flag)) {
        size = snprintf(path, capacity, "%s", flag);
    } else if (is_given(state) && state[0] != ':') {
        size = state_directory_print(path, capacity, state);
    } else if (is_given(xdg) && xdg[0] == '/') { /* the XDG rules say that a relative one counts as unset */
        size = snprintf(path, capacity, "%s/skep", xdg);
    } else if (is_given(home)) {
        size = snprintf(path, capacity, "%s/.local/state/skep", home);
    } else {
        return err_set(detail, ERR_NOT_FOUND, "there is no place for the data folder: HOME is not set; use --data DIR");
    }
    if (size >= 0 && (size_t)size < capacity) return ERR_OK;
    return err_set(detail, ERR_LIMIT, "the path of the data folder is longer than %zu bytes", capacity - 1);
}

/* ---- Making it ---- */

enum err data_folder_make(const char *path, struct err_detail *detail) {
    char part[FOLDER_PATH_MAX];
    const size_t size = strlen(path);
    if (size == 0) return err_set(detail, ERR_USAGE, "the data folder has no name");
    if (size >= sizeof part) return err_set(detail, ERR_LIMIT, "the path of the data folder is too long");
    for (size_t i = 1; i <= size; i++) {
        if (path[i] != '/' && path[i] != '\0') continue;
        memcpy(part, path, i);
        part[i] = '\0';
        const enum err err = folder_make_one(part, detail);
        if (err != ERR_OK) return err;
    }
    return ERR_OK;
}
