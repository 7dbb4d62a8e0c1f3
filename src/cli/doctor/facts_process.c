/* SPDX-License-Identifier: Apache-2.0 */
/* The process that run.json names, by what /proc tells of it, and who has the folder. */
#include "base/encoding.h"
#include "base/number.h"
#include "cli/doctor/facts.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

enum { PROC_TEXT_MAX = 8192 };

/* A small file of the system's; empty when it cannot be read. */
static const char *read_proc(int64_t pid, const char *name, char text[PROC_TEXT_MAX]) {
    char path[64];
    text[0] = '\0';
    (void)snprintf(path, sizeof path, "/proc/%lld/%s", (long long)pid, name);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return text;
    ssize_t size = read(fd, text, PROC_TEXT_MAX - 1);
    text[size > 0 ? size : 0] = '\0';
    (void)close(fd);
    return text;
}

/* The number behind a name, as "VmRSS:     1234 kB"; negative: it is not there. */
static int64_t number_behind(const char *text, const char *name) {
    const char *at = strstr(text, name);
    if (at == NULL) return -1;
    at += strlen(name);
    at += strspn(at, ": \t");
    int64_t number;
    return number_read_i64((struct span){(const uint8_t *)at, strspn(at, "0123456789")}, &number) ? number : -1;
}

static int64_t count_descriptors(int64_t pid) {
    char path[64];
    int64_t count = 0;
    (void)snprintf(path, sizeof path, "/proc/%lld/fd", (long long)pid);
    DIR *folder = opendir(path);
    if (folder == NULL) return -1;
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder))
        count += entry->d_name[0] != '.';
    (void)closedir(folder);
    return count;
}

/* The letter behind "State:": R, S, T for stopped, t for traced, Z for one that has ended and is not yet buried. */
static char state_in(const char *text) {
    const char *at = strstr(text, "\nState:");
    if (at == NULL) return ' ';
    at += strlen("\nState:");
    return at[strspn(at, " \t")];
}

static void take_figures(struct facts_process *process) {
    char text[PROC_TEXT_MAX];
    int64_t resident_kib = number_behind(read_proc(process->pid, "status", text), "VmRSS");
    char state = state_in(text);
    process->is_stopped = state == 'T' || state == 't';
    process->is_alive = state != 'Z';
    process->resident_bytes = resident_kib < 0 ? -1 : resident_kib * 1024;
    process->descriptors = count_descriptors(process->pid);
    process->descriptors_max = number_behind(read_proc(process->pid, "limits", text), "Max open files");
}

/* Held for a moment when it is free; a node that starts at this very moment would find it taken and say so. */
static void take_lock(struct facts *facts) {
    char path[PATH_MAX + 8], text[16];
    (void)snprintf(path, sizeof path, "%s/lock", facts->folder_path);
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0) return;
    facts->process.is_locked = flock(fd, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    ssize_t size = pread(fd, text, sizeof text - 1, 0);
    text[size > 0 ? size : 0] = '\0';
    if (facts->process.is_locked)
        (void)number_read_i64((struct span){(const uint8_t *)text, strspn(text, "0123456789")},
                              &facts->process.lock_pid);
    (void)close(fd);
}

void facts_take_process(struct facts *facts) {
    struct facts_process *process = &facts->process;
    struct run_file run;
    *process = (struct facts_process){.resident_bytes = -1, .descriptors = -1, .descriptors_max = -1};
    enum err err = run_file_read(facts->folder_path, &run, NULL);
    process->run_file = err == ERR_OK          ? FACTS_RUN_FILE_THERE
                        : err == ERR_NOT_FOUND ? FACTS_RUN_FILE_ABSENT
                                               : FACTS_RUN_FILE_DAMAGED;
    take_lock(facts);
    if (err != ERR_OK) return;
    process->pid = run.pid;
    process->is_alive = kill((pid_t)run.pid, 0) == 0 || errno == EPERM;
    if (process->is_alive) take_figures(process);
}
