/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/process.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

static double seconds_of(struct timeval time) {
    return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

static double cpu_seconds(void) {
    struct rusage usage;
    if (getrusage(RUSAGE_SELF, &usage) != 0) return -1;
    return seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime);
}

static void look_at_memory(struct process_view *view) {
    FILE *file = fopen("/proc/self/statm", "re");
    unsigned long pages, resident;
    double page_size = (double)sysconf(_SC_PAGESIZE);
    view->resident_bytes = view->virtual_bytes = -1;
    if (file == NULL) return;
    if (fscanf(file, "%lu %lu", &pages, &resident) == 2) {
        view->virtual_bytes = (double)pages * page_size;
        view->resident_bytes = (double)resident * page_size;
    }
    (void)fclose(file);
}

/* The one that lists them is not among them. */
static double count_descriptors(void) {
    DIR *folder = opendir("/proc/self/fd");
    double count = -1;
    if (folder == NULL) return -1;
    for (const struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder))
        count += entry->d_name[0] != '.';
    (void)closedir(folder);
    return count;
}

static double descriptors_max(void) {
    struct rlimit limit;
    bool has_limit = getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY;
    return has_limit ? (double)limit.rlim_cur : -1;
}

void process_look(struct process_view *view) {
    view->cpu_seconds = cpu_seconds();
    look_at_memory(view);
    view->descriptors = count_descriptors();
    view->descriptors_max = descriptors_max();
}
