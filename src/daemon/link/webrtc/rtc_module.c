/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/link/webrtc/rtc_module.h"

#include <dlfcn.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* What the dynamic linker misses by its file, and the package of it. */
static const struct {
    const char *file, *package;
} libraries[] = {
    {"libnice.so", "libnice10"},       {"libusrsctp.so", "libusrsctp2"},      {"libglib-2.0.so", "libglib2.0-0"},
    {"libgio-2.0.so", "libglib2.0-0"}, {"libgobject-2.0.so", "libglib2.0-0"},
};

static void explain(const char *error, struct err_detail *detail) {
    for (size_t i = 0; i < sizeof libraries / sizeof libraries[0]; i++) {
        if (strncmp(error, libraries[i].file, strlen(libraries[i].file)) != 0) continue;
        (void)err_set(detail, ERR_NOT_FOUND,
                      "WebRTC needs a library that is not installed (%s); install the package %s", error,
                      libraries[i].package);
        return;
    }
    (void)err_set(detail, ERR_NOT_FOUND, "WebRTC could not be loaded: %s", error);
}

/* The folder of the program, without a slash; an empty text when the system does not say. */
static void find_program(char folder[PATH_MAX]) {
    const ssize_t size = readlink("/proc/self/exe", folder, PATH_MAX - 1);
    folder[size > 0 ? size : 0] = '\0';
    char *const slash = strrchr(folder, '/');
    if (slash) *slash = '\0';
}

/* Beside the program, as in a build; or where an installation puts it, seen from the program, so that it may be moved
 * as a whole. Not where LD_LIBRARY_PATH says, and not through RUNPATH, which counts for the caller of dlopen: under a
 * sanitizer that is not the program. */
static bool find_module(char path[PATH_MAX], struct err_detail *detail) {
    static const char *const places[] = {"", "/../" SKEP_LIBRARY_FOLDER "/skep"};
    char folder[PATH_MAX];
    find_program(folder);
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        const int size = snprintf(path, PATH_MAX, "%s%s/" RTC_MODULE_FILE, folder, places[i]);
        if (size > 0 && size < PATH_MAX && access(path, R_OK) == 0) return true;
    }
    (void)err_set(detail, ERR_NOT_FOUND,
                  "WebRTC could not be loaded: " RTC_MODULE_FILE " is neither in %s, beside the program, nor in %s%s; "
                  "install it there",
                  folder, folder, places[1]);
    return false;
}

const struct rtc_module *rtc_module_load(struct err_detail *detail) {
    char path[PATH_MAX];
    if (!find_module(path, detail)) return NULL;
    void *const library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        explain(dlerror(), detail);
        return NULL;
    }
    const struct rtc_module *const module = dlsym(library, RTC_MODULE_SYMBOL);
    if (module && strcmp(module->build, RTC_MODULE_BUILD) == 0) return module;
    (void)err_set(detail, ERR_FOREIGN,
                  "WebRTC could not be loaded: %s is of another build (%s, not %s); install both anew", path,
                  module ? module->build : "unknown", RTC_MODULE_BUILD);
    return NULL;
}
