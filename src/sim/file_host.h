/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The files of one simulated host: it does for its engine what the daemon's content folder does. It names what is
 * missing, puts slices together, looks at every part (signatures, hashes) before it is written, says that a file is
 * here once all of it is synced, serves what it has, and finds all of that again after a restart.
 *
 *     engine --action--> (slices) --> jobs, one after another, as a disk does them --> input
 *                    --> file_serving, one slice after another, as an uplink takes them --> input
 *
 * Owns: the disk (the store), and what its process has under way.
 * Never: feeds the engine from within an action: later, when the job is done.
 * Full: the engine bounds what comes in and what is served at once; host_options.room_bytes what it takes for others.
 */

#include "sim/file_serving.h"
#include "sim/file_store.h"
#include "sim/network.h"
#include "swarm/input.h"

struct file_job;
struct file_slices;

enum { FILE_HOST_BLAMED = 8, FILE_HOST_PROOFS = 8 };

struct file_proof { /* that was chosen: which bytes of which part */
    const struct made_file *file;
    uint32_t place, offset, length;
};

struct file_host {
    struct file_store store;
    /* Of this process. */
    struct file_serving serving;
    struct file_slices *slices; /* parts that are on their way in */
    struct file_job *first_job, *last_job;
    int64_t disk_free_at_ms;
    bool is_room_due; /* it changed, and is told soon */
    uint64_t proof_count;
    struct file_proof proofs[FILE_HOST_PROOFS]; /* the newest; a ring */
    /* For checkers and tests, since the beginning. */
    uint64_t served_bytes, taken_bytes; /* of parts */
    size_t blamed_count;
    struct node_id blamed[FILE_HOST_BLAMED]; /* the first who sent something wrong */
    bool has_released_own;                   /* the engine let go of what was published or wanted here */
};

void file_host_start(struct host *host); /* what is on the disk is told to the engine, by and by */
void file_host_end(struct host *host);   /* the process is gone */
void file_host_died(struct host *host);  /* and the machine with it */
void file_host_wipe(struct host *host);  /* its disk is lost; only while it does not run */
void file_host_deinit(struct host *host);

void file_host_perform(struct host *host, const struct action *action);           /* one of the content actions */
void file_host_heard(struct host *host, const struct checked_manifest *manifest); /* a record of its own was kept */

/* ---- For scripts ---- */
/* Makes a file of that size, stores it and publishes its manifest; gives its id. */
struct object_id file_host_publish(struct host *host, uint64_t size, uint8_t target);
void file_host_want(struct host *host, const struct object_id *id); /* one that somebody published */
/* All of it is on the disk and synced, whether the host runs or not. */
bool file_host_holds(const struct file_host *files, const struct object_id *id);
