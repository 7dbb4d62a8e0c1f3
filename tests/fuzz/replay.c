/* SPDX-License-Identifier: Apache-2.0 */
/* Feeds every file of a folder, its corpus, to the fuzz target that this is linked with: what was found once stays
 * found, in every test run and without a fuzzer. */
#include "fuzz_target.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

/* The target gets a block of exactly its size, so that a sanitizer sees one byte too far. */
static void feed(const uint8_t *bytes, size_t size) {
    uint8_t *exact = malloc(size == 0 ? 1 : size);
    if (exact == NULL) abort();
    for (size_t i = 0; i < size; i++) exact[i] = bytes[i];
    (void)LLVMFuzzerTestOneInput(exact, size);
    free(exact);
}

static bool feed_file(const char *folder, const char *name) {
    static uint8_t bytes[1 << 20];
    char path[4096];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        (void)fprintf(stderr, "cannot open %s\n", path);
        return false;
    }
    const size_t size = fread(bytes, 1, sizeof bytes, file);
    (void)fclose(file);
    (void)fprintf(stderr, "%s (%zu bytes)\n", name, size); /* the last one printed is the one that ended us */
    feed(bytes, size);
    return true;
}

int main(int argument_count, char **arguments) {
    if (argument_count != 2) {
        (void)fprintf(stderr, "usage: %s CORPUS-FOLDER\n", arguments[0]);
        return 2;
    }
    DIR *folder = opendir(arguments[1]);
    if (folder == NULL) {
        (void)fprintf(stderr, "there is no corpus %s: a fuzz target needs at least one seed\n", arguments[1]);
        return 1;
    }
    unsigned count = 0;
    bool is_fed = true;
    for (const struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        if (entry->d_name[0] == '.') continue;
        is_fed = feed_file(arguments[1], entry->d_name) && is_fed;
        count++;
    }
    (void)closedir(folder);
    (void)printf("%u inputs\n", count);
    return is_fed && count > 0 ? 0 : 1;
}
