/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A `skep run` of our own in its own process and folder, for the demo: started, watched, stopped.
 * Owns: the child process and the folder's log file.
 * Never: leaves the child behind: it gets SIGKILL when we die, whatever the cause.   Full: cannot be. */

#include "daemon/run_file.h"

#include <sys/types.h>

enum { NODE_PROCESS_ARGS_MAX = 32 };

struct node_process {
    char folder[512]; /* its data folder; log.txt in it is what it wrote to stderr */
    pid_t pid;        /* 0 = not running */
    int status;       /* as waitpid gave it, once it has ended by itself */
};
/* Runs this same program as `skep run ARGS... --data FOLDER`. `args` ends with NULL. */
MUST_USE enum err node_process_start(struct node_process *process, const char *const *args, struct err_detail *detail);
/* Waits until its run.json is there. ERR_REFUSED: it ended; the detail holds the last line it wrote. */
MUST_USE enum err node_process_wait_ready(struct node_process *process, int64_t ms_max, struct run_file *run,
                                          struct err_detail *detail);
bool node_process_has_ended(struct node_process *process); /* asks the system; pid becomes 0 when it has */
void node_process_last_line(const struct node_process *process, char *line, size_t capacity);
void node_process_signal(const struct node_process *process, int number); /* nothing happens to one that has ended */
void node_process_kill(struct node_process *process);                     /* SIGKILL, and waits until it is gone */
/* SIGTERM to all, stopped ones too, and SIGKILL to those that are still there after `ms_max`. */
void node_process_stop_all(struct node_process *processes, size_t count, int64_t ms_max);
