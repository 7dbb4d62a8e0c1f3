/* SPDX-License-Identifier: Apache-2.0 */
/* What can be seen without the node's help: its configuration, its folder, its process, its ports. */
#include "cli/doctor/judge.h"

#include "cli/sheet.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
    FREE_BYTES_FEW = 256 * 1024 * 1024,
    FREE_BYTES_NONE = 16 * 1024 * 1024,
    SYNC_US_SLOW = 500 * 1000, /* a write a second is what a busy beacon asks of its disk */
};
#define GIB (1024.0 * 1024 * 1024)
#define MIB (1024.0 * 1024)

/* ---- Configuration ---- */

static void tell_mistake(const struct facts *facts, struct diagnosis *d, const struct mistake *mistake) {
    uint8_t memory[SETTINGS_PATH_MAX + MISTAKE_TEXT_MAX + 64];
    char text[DIAGNOSIS_TEXT_MAX];
    struct buffer line = buffer_over(memory, sizeof memory);
    mistake_write(&line, mistake, config_file(facts->config));
    sheet_clean(buffer_span(&line), text, sizeof text);
    struct diagnosis_step *step = diagnosis_add(d, "config", "Configuration", DIAGNOSIS_PROBLEM, "%s", text);
    diagnosis_advise(step, "A node would not start with it, and a reload changes nothing. Put it right, then: skep "
                           "config check");
}

void judge_config(const struct facts *facts, struct diagnosis *d) {
    const struct mistake_list *mistakes = config_mistakes(facts->config);
    const char *file = config_file(facts->config);
    for (size_t i = 0; i < mistakes->count; i++) tell_mistake(facts, d, &mistakes->items[i]);
    if (mistakes->count > 0) return;
    if (file[0] == '\0') {
        (void)diagnosis_add(d, "config", "Configuration", DIAGNOSIS_OK,
                            "there is no file; defaults count, and what "
                            "the environment and the command line say");
    } else {
        (void)diagnosis_add(d, "config", "Configuration", DIAGNOSIS_OK, "%s holds no mistake", file);
    }
}

/* ---- The folder ---- */

static void judge_writing(const struct facts *facts, struct diagnosis *d) {
    const struct facts_folder *folder = &facts->folder;
    if (!folder->is_writable && folder->is_foreign) {
        struct diagnosis_step *step =
            diagnosis_add(d, "folder", "Data folder", DIAGNOSIS_NOTE,
                          "%s belongs to another user, so how it is written to cannot be seen", facts->folder_path);
        diagnosis_advise(step, "Ask again as the node's user, or as root.");
    } else if (!folder->is_writable) {
        struct diagnosis_step *step = diagnosis_add(d, "folder", "Data folder", DIAGNOSIS_PROBLEM,
                                                    "%s cannot be written to: %s", facts->folder_path, folder->fault);
        diagnosis_advise(step, "A node on it keeps nothing: see that its user may write there (chmod u+rwx, chown), "
                               "that the file system is not mounted read-only, and that it is not full.");
    } else if (folder->sync_us > SYNC_US_SLOW) {
        struct diagnosis_step *step =
            diagnosis_add(d, "folder", "Disk", DIAGNOSIS_WARNING, "a small write took %.0f ms to reach the disk",
                          (double)folder->sync_us / 1000);
        diagnosis_advise(step, "The node waits for its writes; another program may keep the disk busy, or it is "
                               "failing: look at the system's log.");
    } else {
        (void)diagnosis_add(d, "folder", "Disk", DIAGNOSIS_OK, "a small write is on the disk after %.1f ms",
                            (double)folder->sync_us / 1000);
    }
}

static void judge_room(const struct facts *facts, struct diagnosis *d) {
    const struct facts_folder *folder = &facts->folder;
    if (folder->free_bytes < 0) return;
    double percent = folder->total_bytes > 0 ? 100.0 * (double)folder->free_bytes / (double)folder->total_bytes : 0;
    enum diagnosis_result result = folder->free_bytes < FREE_BYTES_NONE  ? DIAGNOSIS_PROBLEM
                                   : folder->free_bytes < FREE_BYTES_FEW ? DIAGNOSIS_WARNING
                                                                         : DIAGNOSIS_OK;
    struct diagnosis_step *step = diagnosis_add(d, "folder", "Free space", result, "%.1f GiB (%.0f %%) are free",
                                                (double)folder->free_bytes / GIB, percent);
    if (result != DIAGNOSIS_OK)
        diagnosis_advise(step, "On a full disk the node goes on, but keeps nothing new. Make room, or move the data "
                               "folder and say where it is with --data DIR.");
}

static void judge_mode(const struct facts *facts, struct diagnosis *d) {
    if ((facts->folder.mode & 077) == 0) return;
    struct diagnosis_step *step =
        diagnosis_add(d, "folder", "Data folder", DIAGNOSIS_WARNING, "%s is open to others (mode %04o)",
                      facts->folder_path, facts->folder.mode);
    diagnosis_advise(step, "Keys and token in it are closed on their own; the folder should be, too: chmod 700 %s",
                     facts->folder_path);
}

void judge_folder(const struct facts *facts, struct diagnosis *d) {
    const struct facts_folder *folder = &facts->folder;
    if (facts->folder_path[0] == '\0') {
        (void)diagnosis_add(d, "folder", "Data folder", DIAGNOSIS_PROBLEM, "%s", facts->complaint.text);
    } else if (!folder->is_there) {
        struct diagnosis_step *step =
            diagnosis_add(d, "folder", "Data folder", DIAGNOSIS_PROBLEM, "%s is not there", facts->folder_path);
        diagnosis_advise(step,
                         "No node has ever run on it. Start one with: skep run --data %s; or name the folder of "
                         "yours with --data DIR.",
                         facts->folder_path);
    } else if (!folder->is_folder) {
        struct diagnosis_step *step =
            diagnosis_add(d, "folder", "Data folder", DIAGNOSIS_PROBLEM, "%s %s%s", facts->folder_path,
                          folder->fault[0] != '\0' ? "cannot be looked at: " : "is no folder", folder->fault);
        diagnosis_advise(step, "Name the node's folder with --data DIR, and ask as its user.");
    } else {
        judge_mode(facts, d);
        judge_writing(facts, d);
        judge_room(facts, d);
    }
}

/* ---- The process ---- */

static void judge_absent(const struct facts *facts, struct diagnosis *d) {
    const struct facts_process *process = &facts->process;
    struct diagnosis_step *step;
    if (process->is_locked) {
        step = diagnosis_add(d, "node", "Node", DIAGNOSIS_PROBLEM,
                             "process %" PRId64 " has the folder, but has not said where it is reached",
                             process->lock_pid);
        diagnosis_advise(step, "It is still starting, or about to end. If that stays so, look at what it says: "
                               "journalctl -u skep, or the terminal it was started in.");
        return;
    }
    step = diagnosis_add(d, "node", "Node", DIAGNOSIS_PROBLEM, "no node runs on %s", facts->folder_path);
    diagnosis_advise(step, "Start it: systemctl start skep, or skep run --data %s", facts->folder_path);
}

/* A node has its folder as long as it lives, so who does not have it did not write this lately. */
static void judge_stale(const struct facts *facts, struct diagnosis *d) {
    struct diagnosis_step *step;
    int64_t pid = facts->process.pid;
    if (facts->process.is_alive) {
        step = diagnosis_add(
            d, "node", "Node", DIAGNOSIS_PROBLEM,
            "run.json is stale: process %" PRId64 " does not have the folder, so it is another one by now", pid);
    } else {
        step = diagnosis_add(d, "node", "Node", DIAGNOSIS_PROBLEM,
                             "run.json is stale: process %" PRId64 ", which wrote it, is gone", pid);
    }
    diagnosis_advise(step, "The node was killed or crashed, and said goodbye to nobody. See why (journalctl -u skep; "
                           "was memory short?), then start it again; it keeps what it has acknowledged.");
}

static void judge_silent(const struct facts *facts, struct diagnosis *d) {
    char complaint[DIAGNOSIS_TEXT_MAX];
    int64_t pid = facts->process.pid;
    struct diagnosis_step *step;
    sheet_clean((struct span){(const uint8_t *)facts->complaint.text, strcspn(facts->complaint.text, "\n")}, complaint,
                sizeof complaint);
    if (facts->process.is_stopped) {
        step = diagnosis_add(d, "node", "Node", DIAGNOSIS_PROBLEM,
                             "process %" PRId64 " is stopped (SIGSTOP, or a debugger)", pid);
        diagnosis_advise(step, "Let it go on: kill -CONT %" PRId64, pid);
        return;
    }
    step = diagnosis_add(d, "node", "Node", DIAGNOSIS_PROBLEM, "%s", complaint);
    if (facts->process.run_file == FACTS_RUN_FILE_DAMAGED) {
        diagnosis_advise(step,
                         "Where the node is reached cannot be read. Ask as its user, or as root; if that says the "
                         "same, start the node again, which writes run.json anew.");
        return;
    }
    diagnosis_advise(step, "The process is there. If it stays silent, look at its log and at the machine's load; "
                           "SIGTERM asks it to end, a second one does not wait for goodbyes.");
}

static void judge_size(const struct facts *facts, struct diagnosis *d) {
    const struct facts_process *process = &facts->process;
    bool has_counts = process->descriptors >= 0 && process->descriptors_max > 0;
    if (process->resident_bytes >= 0)
        (void)diagnosis_add(d, "node", "Memory", DIAGNOSIS_OK, "%.1f MiB of memory are its own",
                            (double)process->resident_bytes / MIB);
    if (!has_counts) return;
    bool is_short = process->descriptors * 5 > process->descriptors_max * 4;
    struct diagnosis_step *step = diagnosis_add(d, "node", "Open files", is_short ? DIAGNOSIS_WARNING : DIAGNOSIS_OK,
                                                "%" PRId64 " files and sockets of %" PRId64 " are open",
                                                process->descriptors, process->descriptors_max);
    if (is_short) diagnosis_advise(step, "With none left, nobody can link with it. Raise LimitNOFILE= in its unit.");
}

void judge_process(const struct facts *facts, struct diagnosis *d) {
    const struct facts_process *process = &facts->process;
    if (facts->snapshot != NULL) {
        (void)diagnosis_add(d, "node", "Node", DIAGNOSIS_OK, "process %" PRId64 " answers", process->pid);
        judge_size(facts, d);
    } else if (process->run_file == FACTS_RUN_FILE_ABSENT) {
        judge_absent(facts, d);
    } else if (process->run_file == FACTS_RUN_FILE_THERE && !process->is_locked) {
        judge_stale(facts, d);
    } else {
        judge_silent(facts, d);
    }
}

void judge_database(const struct facts *facts, struct diagnosis *d) {
    char fault[DIAGNOSIS_TEXT_MAX];
    struct diagnosis_step *step;
    switch (facts->database) {
    case FACTS_DATABASE_UNKNOWN: return;
    case FACTS_DATABASE_ABSENT:
        (void)diagnosis_add(d, "database", "Database", DIAGNOSIS_NOTE, "there is none yet; the first start makes it");
        return;
    case FACTS_DATABASE_GOOD:
        (void)diagnosis_add(d, "database", "Database", DIAGNOSIS_OK, "it opens, and SQLite finds no fault in it");
        return;
    case FACTS_DATABASE_BAD:
        sheet_clean(span_of_text(facts->database_fault.text), fault, sizeof fault);
        step = diagnosis_add(d, "database", "Database", DIAGNOSIS_PROBLEM, "%s", fault);
        diagnosis_advise(step, "A node would not start on it. Keys and token are files of their own and not touched "
                               "by this.");
        return;
    }
}

/* ---- Ports ---- */

static void judge_taken(const struct facts_port *port, const char *at, struct diagnosis *d) {
    char holder[FACTS_NAME_MAX];
    struct diagnosis_step *step;
    sheet_clean(span_of_text(port->holder), holder, sizeof holder);
    if (holder[0] != '\0') {
        step = diagnosis_add(d, "ports", "Ports", DIAGNOSIS_PROBLEM, "--%s %s is taken by %s (process %" PRId64 ")",
                             port->option, at, holder, port->holder_pid);
    } else {
        step = diagnosis_add(d, "ports", "Ports", DIAGNOSIS_PROBLEM,
                             "--%s %s is taken by another program (root would see which)", port->option, at);
    }
    diagnosis_advise(step, "Stop that program, or give the node another: --%s ADDR:PORT. Port 0 takes a free one.",
                     port->option);
}

static void judge_port(const struct facts_port *port, struct diagnosis *d) {
    char at[ADDRESS_TEXT_MAX];
    struct diagnosis_step *step;
    (void)address_text(&port->at, at);
    switch (port->state) {
    case FACTS_PORT_ANSWERS:
        (void)diagnosis_add(d, "ports", "Ports", DIAGNOSIS_OK, "--%s %s takes connections (from this machine)",
                            port->option, at);
        return;
    case FACTS_PORT_FREE:
        (void)diagnosis_add(d, "ports", "Ports", DIAGNOSIS_OK, "--%s %s is free", port->option, at);
        return;
    case FACTS_PORT_SILENT:
        step = diagnosis_add(d, "ports", "Ports", DIAGNOSIS_PROBLEM,
                             "--%s %s takes no connection, though the node listens there", port->option, at);
        diagnosis_advise(step, "A firewall of this machine may stand in between (nft list ruleset), or the node has "
                               "too many open already.");
        return;
    case FACTS_PORT_TAKEN: judge_taken(port, at, d); return;
    case FACTS_PORT_FORBIDDEN:
        step = diagnosis_add(d, "ports", "Ports", DIAGNOSIS_PROBLEM,
                             "--%s %s cannot be had: the system does not allow "
                             "it, or has no such address",
                             port->option, at);
        diagnosis_advise(step, "Ports under 1024 need CAP_NET_BIND_SERVICE; an address must be one of this machine's.");
        return;
    }
}

void judge_ports(const struct facts *facts, struct diagnosis *d) {
    for (size_t i = 0; i < facts->port_count; i++) judge_port(&facts->ports[i], d);
}
