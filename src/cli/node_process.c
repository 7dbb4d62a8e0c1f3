/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/node_process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LOOK_EVERY_MS = 20, NODE_PROCESS_VARIABLES_MAX = 1024 };

static void pause_ms(int ms) {
    (void)poll(NULL, 0, ms);
}

/* In the child: nothing but calls that are safe after a fork. */
static _Noreturn void become_node(const char *log_path, const char *const *args, char **variables, pid_t parent) {
    sigset_t none;
    sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL); /* the demo blocks what it waits for; a node must hear it */
    int log = open(log_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (log >= 0) (void)dup2(log, STDERR_FILENO);
    if (log >= 0) (void)dup2(log, STDOUT_FILENO);
    (void)setpgid(0, 0);                    /* a Ctrl-C is for the demo, which says it on */
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL); /* SIGTERM would wait with one that is stopped, for ever */
    if (getppid() != parent) _exit(1);
    execve("/proc/self/exe", (char *const *)(uintptr_t)args, variables);
    _exit(127);
}

/* Everything but what would set options: a process of the demo is told them all. */
static void variables_take(const char *variables[NODE_PROCESS_VARIABLES_MAX + 1]) {
    size_t count = 0;
    for (char **variable = environ; *variable != NULL && count < NODE_PROCESS_VARIABLES_MAX; variable++)
        if (strncmp(*variable, "SKEP_", 5) != 0) variables[count++] = *variable;
    variables[count] = NULL;
}

enum err node_process_start(struct node_process *process, const char *const *args, struct err_detail *detail) {
    const char *all[NODE_PROCESS_ARGS_MAX + 8] = {"skep", "run", "--config", "none", "--data", process->folder};
    const char *variables[NODE_PROCESS_VARIABLES_MAX + 1];
    char log_path[sizeof process->folder + 16];
    size_t count = 6;
    variables_take(variables);
    for (size_t i = 0; args[i] != NULL && i < NODE_PROCESS_ARGS_MAX; i++) all[count++] = args[i];
    snprintf(log_path, sizeof log_path, "%s/log.txt", process->folder);
    pid_t parent = getpid();
    pid_t pid = fork();
    if (pid < 0) return err_set(detail, ERR_IO, "cannot start another process: %s", strerror(errno));
    if (pid == 0) become_node(log_path, all, (char **)(uintptr_t)variables, parent);
    process->pid = pid;
    return ERR_OK;
}

bool node_process_has_ended(struct node_process *process) {
    if (process->pid == 0) return true;
    if (waitpid(process->pid, &process->status, WNOHANG) != process->pid) return false;
    process->pid = 0;
    return true;
}

void node_process_last_line(const struct node_process *process, char *line, size_t capacity) {
    char path[sizeof process->folder + 16];
    char now[1024];
    snprintf(line, capacity, "it wrote nothing");
    snprintf(path, sizeof path, "%s/log.txt", process->folder);
    FILE *log = fopen(path, "re");
    if (log == NULL) return;
    while (fgets(now, sizeof now, log) != NULL) {
        now[strcspn(now, "\n")] = '\0';
        if (now[0] != '\0') snprintf(line, capacity, "%s", now);
    }
    fclose(log);
}

enum err node_process_wait_ready(struct node_process *process, int64_t ms_max, struct run_file *run,
                                 struct err_detail *detail) {
    char line[ERR_DETAIL_TEXT_MAX / 2];
    for (int64_t waited_ms = 0; waited_ms < ms_max; waited_ms += LOOK_EVERY_MS) {
        bool has_ended = node_process_has_ended(process);
        if (run_file_read(process->folder, run, NULL) == ERR_OK) return ERR_OK;
        if (has_ended) {
            node_process_last_line(process, line, sizeof line);
            return err_set(detail, ERR_REFUSED, "a node did not start: %s", line);
        }
        pause_ms(LOOK_EVERY_MS);
    }
    return err_set(detail, ERR_TIMEOUT, "a node was not ready within %lld s; see %s/log.txt", (long long)ms_max / 1000,
                   process->folder);
}

void node_process_signal(const struct node_process *process, int number) {
    if (process->pid > 0) (void)kill(process->pid, number);
}

void node_process_kill(struct node_process *process) {
    node_process_signal(process, SIGKILL);
    if (process->pid > 0) (void)waitpid(process->pid, NULL, 0);
    process->pid = 0;
}

static void signal_all(struct node_process *processes, size_t count, int number) {
    for (size_t i = 0; i < count; i++) node_process_signal(&processes[i], number);
}

static size_t count_running(struct node_process *processes, size_t count) {
    size_t running = 0;
    for (size_t i = 0; i < count; i++) running += !node_process_has_ended(&processes[i]);
    return running;
}

void node_process_stop_all(struct node_process *processes, size_t count, int64_t ms_max) {
    signal_all(processes, count, SIGTERM);
    signal_all(processes, count, SIGCONT); /* one that is stopped hears nothing else */
    for (int64_t waited_ms = 0; waited_ms < ms_max && count_running(processes, count) > 0; waited_ms += LOOK_EVERY_MS) {
        pause_ms(LOOK_EVERY_MS);
    }
    signal_all(processes, count, SIGKILL);
    for (size_t i = 0; i < count; i++) node_process_kill(&processes[i]);
}
