/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The inside of the content store, for the files of this folder alone.
 * Threads: `written` is the ledger thread's; `read` is whoever's holds `reading` (the pool's, the files thread's); all
 * else is the loop's. Tasks and pieces carry copies of what they need. */

#include <pthread.h>
#include <stdatomic.h>

#include "daemon/store/content/chunk_buffers.h"
#include "daemon/store/content/chunk_states.h"
#include "daemon/store/content/content_tables.h"
#include "daemon/store/content/scrub.h"
#include "daemon/store/content/sealed_file.h"
#include "daemon/store/content/task_thread.h"
#include "daemon/store/content/work_lane.h"

enum {
    CONTENT_TICK_MS = 1000,              /* what was written is synced after that at the latest */
    CONTENT_SYNC_BYTES = 64 << 20,       /* or when it is that much */
    CONTENT_USED_STEP_MS = 60000,        /* as exact as the time of last use is kept */
    CONTENT_LISTS_LOADED_MAX = 16 << 20, /* bytes */
};

/* What may fail while the rest works. */
enum content_side { SIDE_LEDGER = 1, SIDE_DISK = 2, SIDE_READS = 4 };

/* A list in memory. */
struct loaded_list {
    struct loaded_list *newer;
    struct loaded_list *older;
    struct loaded_list **slot; /* that points here */
    uint8_t *ids;
    size_t size;
};

struct list_slot {
    bool is_here; /* in the database */
    struct object_id id;
    struct loaded_list *loaded; /* or NULL */
};

struct open_waiter {
    struct open_waiter *next;
    bool has_shape; /* it may be made */
    struct file_shape shape;
    enum holding_role role;
    void (*done)(void *context, struct content_file *file, const struct content_result *result);
    void *context;
};

struct done_waiter {
    struct done_waiter *next;
    struct content_done done;
};

enum content_file_state { FILE_OPENING, FILE_OPEN, FILE_GONE /* removed, vanished or never made */ };

struct content_file {
    struct content_file *next;
    struct content_store *store;
    enum content_file_state state;
    struct file_record record; /* chunks_here and is_complete are asked of `chunks` */
    struct chunk_states chunks;
    struct list_slot *lists;
    int fd;
    struct sealed_path path;
    struct open_waiter *opening;
    unsigned openers;
    unsigned busy; /* tasks and pieces that hold it */
    uint64_t unsynced_bytes;
    bool is_syncing;
    bool has_failed;               /* the last sync did: the next waits for the tick */
    struct done_waiter *sync_next; /* told after the sync that begins next */
    struct done_waiter *sync_now;
};

struct content_store {
    struct content_store_options options; /* `folder` was borrowed for the opening alone */
    char root[3072];                      /* DATA/content */
    struct content_tables written;
    struct content_tables read;
    pthread_mutex_t reading;
    atomic_uint_fast64_t commits;
    struct task_thread *ledger; /* the one that writes the database */
    struct task_thread *disk;   /* opens, syncs, removes, scrubs files */
    struct work_lane *writes;
    struct work_lane *reads;
    struct content_file *files;
    struct loaded_list *newest_list;
    struct loaded_list *oldest_list;
    size_t lists_loaded; /* bytes */
    struct chunk_buffers buffers;
    struct loop_timer *tick;
    bool is_ticking;
    struct content_usage usage;
    bool is_closing; /* nobody is told any more */
    bool is_indexing;
    bool has_index_failed; /* it goes on with the next tick */
    struct done_waiter *index_waiters;
    unsigned failing; /* sides that do, and the host knows */
    int64_t failed_at_ms;
    bool has_refused;
    struct object_id refused; /* the sealed file that could not be opened or read last: neither SIDE_DISK nor SIDE_READS
                                 works again before it can be, whatever else does */
    struct scrub scrub;
    uint64_t quarantine_last;
    unsigned quarantine_waiting;
};

/* ---- content_store.c ---- */
void content_tell(const struct content_store *store, struct content_done done, enum content_answer answer, enum err err,
                  const struct err_detail *detail);
/* How a task went; a failure is told to the host, as is that a side works again. `fine`: the answer when all is. */
struct content_result content_outcome(struct content_store *store, const struct task *task, enum content_side side,
                                      enum content_answer fine);
void content_failed(struct content_store *store, enum content_side side, enum err err, const char *detail);
void content_recovered(struct content_store *store, enum content_side side);
bool content_reserve(struct content_store *store, uint64_t bytes, struct err_detail *detail);
void content_release(struct content_store *store, uint64_t bytes);
void content_tick_soon(struct content_store *store);
int64_t content_now_ms(const struct content_store *store);
void done_waiters_tell(struct content_store *store, struct done_waiter **list, const struct content_result *result);
void done_waiters_add(struct done_waiter **list, struct content_done done);

/* ---- ledger.c ---- */
/* What the ledger's thread does with the tasks that wait; the context is the store. */
void ledger_run(void *context, struct task *first);

/* ---- content_object.c ---- */
/* What waits for its commit is bounded; false: no more are taken. */
bool content_put_begin(struct content_store *store, size_t size, struct err_detail *detail);
void content_put_end(struct content_store *store, size_t size);

/* ---- content_fault.c ---- */
/* What was found not to be there any more; `number` of the object or file, as it was when that was seen. */
void content_fault_found(struct content_store *store, const struct content_fault *fault, int64_t number);

/* ---- content_file.c ---- */
struct content_file *content_file_find(const struct content_store *store, const struct object_id *manifest);
void content_file_settle(struct content_file *file); /* frees it, when nobody holds it */
void content_file_free(struct content_file *file);
void content_file_used(struct content_store *store, const struct file_record *record);
void content_file_gone(struct content_file *file);

/* ---- chunk_sync.c ---- */
void chunk_sync_begin(struct content_file *file);
void chunk_sync_check(struct content_file *file); /* begins one, when it is time */
void chunk_sync_tick(struct content_store *store);

/* ---- content_list.c ---- */
void content_list_index(struct content_store *store); /* goes on with the lists whose ids are not all in, or out */
void content_list_keep(struct content_file *file, uint32_t number, uint8_t *ids, size_t size); /* moved */
void content_list_drop_all(struct content_file *file);
void content_list_vanished(struct content_store *store, const struct object_id *id);

/* ---- probe.c ---- */
void content_refused(struct content_store *store, const struct object_id *manifest); /* by the disk */
void content_not_refused(struct content_store *store, const struct object_id *manifest);

/* ---- quarantine.c ---- */
void quarantine_sweep(struct content_store *store); /* on the disk thread */
