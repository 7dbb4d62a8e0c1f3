/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Content on this node's disk, by id: small objects (records, lists of chunks, the chunk of a small file) in one
 * database, large content in one sealed file for each manifest. Knows nothing of what the bytes say.
 *
 *   put_object ---> [group] --commit, sync--> done               content/content.db (its own; skep.db never waits for
 * it) write_chunk --> hash == id? --pwrite--> done (written)       content/files/ab/MANIFEST
 *                     ... 64 MiB or 1 s --fdatasync--> the bitmap is committed --> all there? completed
 *
 * Owns: the database, its files, two threads; the pool of the loop hashes, reads and writes chunks.
 * Never: blocks the loop (but to open and close); gives out bytes that are not what their id names; claims what is not
 * synced; deletes a file it does not know; has more than CONTENT_IN_FLIGHT_MAX bytes of chunks in memory.
 * Full: CONTENT_FULL over the budget, CONTENT_BUSY over what may be in flight: nothing is queued then; a disk that is
 * full, read-only or broken fails each call with CONTENT_FAILED and words for a person, and serves again without a
 * restart once the cause is gone. After kill -9 all that was acknowledged is there.
 * Threads: all of it is the loop's; every callback comes on the loop, later than the call, once, and never after
 * content_store_close.
 * Spec: docs/decisions/0024-content-store.md. */

#include "base/bytes.h"
#include "base/err.h"
#include "crypto/sign.h"
#include "daemon/loop/loop.h"
#include "swarm/content/file_shape.h"
#include "swarm/content/holding_role.h"
#include "swarm/content/object_id.h"
#include "swarm/identity/node_id.h"

enum {
    CONTENT_OBJECT_SIZE_MAX = 65536 + FILE_SEAL_SIZE, /* a record; the one sealed chunk of a small file */
    CONTENT_LIST_SIZE_MAX = 32 * FILE_LIST_CHUNKS,
    CONTENT_WRITES_MAX = 4 * FILE_BLOB_SIZE_MAX, /* bytes of chunks that are on their way to the disk */
    CONTENT_READS_MAX = 64,                      /* that wait; only CONTENT_READS_AT_ONCE of them have memory */
    CONTENT_READS_AT_ONCE = 2,
    CONTENT_IN_FLIGHT_MAX = CONTENT_WRITES_MAX + CONTENT_READS_AT_ONCE * FILE_BLOB_SIZE_MAX, /* 24 MiB and 96 bytes */
    CONTENT_PUTS_MAX = 16 << 20, /* bytes of objects that wait for their commit, each with CONTENT_PUT_COST more */
    CONTENT_PUT_COST = 512,
};

enum content_answer {
    CONTENT_OK = 0,
    CONTENT_WRONG,  /* the bytes are not what the id names, or have another size than the shape says */
    CONTENT_FULL,   /* over the budget of bytes_max */
    CONTENT_BUSY,   /* too much is in flight; come back when something was done */
    CONTENT_NONE,   /* it is not here */
    CONTENT_ROTTEN, /* it was here, and is not what was written any more; `fault` tells the same */
    CONTENT_FAILED, /* the disk said no; `err` and `detail` say how */
};
const char *content_answer_name(enum content_answer answer); /* kebab-case */

struct content_result {
    enum content_answer answer;
    enum err err;       /* of CONTENT_FAILED */
    const char *detail; /* what happened, where, what to do; "" when all is well; borrowed until the callback returns */
};
/* Who is told how it went; `call` may be NULL. */
struct content_done {
    void (*call)(void *context, const struct content_result *result);
    void *context;
};

/* ---- The store ---- */

struct content_store;
struct content_file;

/* Their numbers are on the disk. */
enum object_kind {
    OBJECT_CHUNK = 1,
    OBJECT_LIST = 2, /* put by content_file_put_list alone */
    OBJECT_MANIFEST = 3,
    OBJECT_POST = 4,
    OBJECT_ADVERT = 5,
    OBJECT_OTHER = 6, /* a record of a type we do not know */
};

enum content_fault_cause {
    CONTENT_FAULT_ROTTEN,   /* other bytes than were written */
    CONTENT_FAULT_VANISHED, /* its place in the file, or the file, is gone */
    CONTENT_FAULT_UNSYNCED, /* it was written, but the disk did not keep it: the sync failed */
};
/* Something that was here and is not any more. It counts as missing from now on: fetch it again. */
struct content_fault {
    enum content_fault_cause cause;
    bool is_object;
    struct object_id id; /* of the object; else of the manifest */
    uint32_t index;      /* of the chunk */
    uint32_t count;      /* chunks from there on, at least 1 */
    /* Of an object, as `fault` is told: */
    enum object_kind kind;
    int64_t at_ms;
    struct object_id file; /* of a list: the manifest of a file that it is of */
};
const char *content_fault_name(enum content_fault_cause cause);

struct content_store_options {
    struct loop *loop;  /* borrowed until content_store_close */
    const char *folder; /* the data folder, locked by the caller (store_open); content/ is made in it */
    uint64_t bytes_max; /* budget of objects and sealed files together; 0: none */
    void (*fault)(void *context, const struct content_fault *fault); /* each of these may be NULL */
    /* Every chunk is there: the data are synced, the bitmap is committed, the name of the file is. */
    void (*completed)(void *context, const struct object_id *manifest);
    void (*failed)(void *context, enum err err, const char *detail); /* at most once a second */
    void (*recovered)(void *context);                                /* what failed works again */
    void (*scrubbed)(void *context);                                 /* a scrub has been through everything */
    void *context;
};
/* Waits for the disk. ERR_FOREIGN, ERR_DAMAGED: content.db is not ours, newer, or damaged; nothing was changed. */
MUST_USE enum err content_store_open(struct content_store **store, const struct content_store_options *options,
                                     struct err_detail *detail);
/* Waits until what was given is synced, or has failed to be. Files still open are closed. Accepts NULL. */
void content_store_close(struct content_store *store);
/* As store_look: what content_store_open would say of the database in a data folder no node runs on. */
MUST_USE enum err content_store_look(const char *folder, struct err_detail *detail);

struct content_usage {
    uint64_t bytes_used; /* objects, and sealed files at their full size from the moment they are opened */
    uint64_t bytes_max;  /* 0: no budget */
    uint64_t objects;
    uint64_t files;
    size_t writes_in_flight; /* bytes of chunks */
    size_t reads_in_flight;  /* how many */
    size_t puts_in_flight;   /* bytes of objects and lists, each with CONTENT_PUT_COST more */
    uint64_t commits;        /* of the database so far; each is one sync */
    uint64_t faults;         /* told so far */
};
struct content_usage content_store_usage(const struct content_store *store);
/* Tries what failed, so that `recovered` comes although nobody has anything to write; harmless when nothing did. */
void content_store_probe(struct content_store *store);
void content_store_set_bytes_max(struct content_store *store, uint64_t bytes_max);

/* ---- Small objects ---- */

struct content_object {
    struct object_id id; /* of a chunk, checked against its bytes; of a record, the caller's word */
    enum object_kind kind;
    int64_t at_ms;
    struct span bytes; /* 1 to CONTENT_OBJECT_SIZE_MAX */
};
/* Copied. CONTENT_OK: it is under way and `done` is called when it is synced (CONTENT_OK), is not what its id names
 * (CONTENT_WRONG) or failed; many puts share one sync. What is there already stays and is acknowledged. CONTENT_FULL
 * and CONTENT_BUSY at once, with the figures in `detail` (which may be NULL). */
MUST_USE enum content_answer content_store_put_object(struct content_store *store, const struct content_object *object,
                                                      struct content_done done, struct err_detail *detail);
/* CONTENT_OK once it is gone for good, CONTENT_NONE when it was not there, or is of another kind: who names something
 * to be removed may have the name from a stranger. */
void content_store_remove_object(struct content_store *store, const struct object_id *id, enum object_kind kind,
                                 struct content_done done);
/* Every object of a kind, oldest put first, in small groups; verified; those put meanwhile come too. `take` borrows,
 * and has the context of `done`, as in the other lists below. */
void content_store_each(struct content_store *store, enum object_kind kind,
                        void (*take)(void *context, const struct content_object *object), struct content_done done);

/* Those of some ids, in one go and in this order, verified; what is not here is left out, and so is what comes after
 * CONTENT_PICK_BYTES_MAX of them. At most CONTENT_PICK_MAX ids, which are copied. */
enum { CONTENT_PICK_MAX = 128, CONTENT_PICK_BYTES_MAX = 1 << 20 };
void content_store_pick(struct content_store *store, const struct object_id *ids, size_t count,
                        void (*take)(void *context, const struct content_object *object), struct content_done done);

/* ---- Anything by its id, for whoever wants it ---- */

struct content_place {
    enum content_answer answer; /* CONTENT_OK, CONTENT_NONE, CONTENT_FAILED */
    bool is_chunk;              /* of a sealed file; else a small object or a list */
    enum object_kind kind;      /* OBJECT_CHUNK of a chunk */
    struct object_id manifest;  /* of a chunk */
    uint32_t index;             /* of a chunk */
    uint32_t size;
};
/* Where it is: objects, lists, and the synced chunks of every file whose lists are here. Reads no content. */
void content_store_find(struct content_store *store, const struct object_id *id,
                        void (*done)(void *context, const struct content_place *place), void *context);

struct content_loaded {
    struct content_result result;
    struct object_id id;
    enum object_kind kind;
    int64_t at_ms;  /* of an object */
    uint8_t *bytes; /* moved: memory_free; NULL unless CONTENT_OK */
    size_t size;
};
/* Reads it, wherever it is, and verifies it. CONTENT_BUSY at once, when CONTENT_READS_MAX wait. */
MUST_USE enum content_answer content_store_load(struct content_store *store, const struct object_id *id,
                                                void (*done)(void *context, const struct content_loaded *loaded),
                                                void *context);

/* ---- Sealed files ---- */

/* A file so small is no sealed file: its one chunk lies among the objects. */
static inline bool content_is_single(const struct file_shape *shape) {
    return shape->list_count == 0 && file_chunk_sealed_size(shape, 0) <= CONTENT_OBJECT_SIZE_MAX;
}

struct content_file_row {
    struct object_id manifest;
    struct file_shape shape;
    enum holding_role role;
    bool is_complete;
    uint32_t chunks_here; /* synced and claimed */
    int64_t created_at_ms;
    int64_t used_at_ms;     /* opened or read, to the minute */
    int64_t verified_at_ms; /* all of it by a scrub; 0: never */
};

/* Makes the file, preallocated, or opens the one that is there. `shape` NULL: only one that is there (CONTENT_NONE).
 * `role` is of a new one. CONTENT_WRONG: it is there with another shape. CONTENT_FULL; CONTENT_FAILED, also when the
 * disk has no room for all of it. Each `file` that was given is closed once. */
void content_store_open_file(struct content_store *store, const struct object_id *manifest,
                             const struct file_shape *shape, enum holding_role role,
                             void (*done)(void *context, struct content_file *file,
                                          const struct content_result *result),
                             void *context);
void content_file_close(struct content_file *file); /* what was written is still claimed; accepts NULL */
struct content_file_row content_file_row(const struct content_file *file);

/* Room for the bytes of a chunk, of one that was written or read before where there is one of that size (they are
 * kept for a second or two, and count with what is in flight): what is written in turns costs no new pages then. Not
 * zeroed; to be moved to content_file_write_chunk, given back, or freed by memory_free. */
uint8_t *content_store_take_buffer(struct content_store *store, size_t size);
void content_store_give_buffer(struct content_store *store, uint8_t *bytes, size_t size); /* also what was loaded */

struct content_written {
    struct content_result result; /* CONTENT_OK: written, not yet synced; CONTENT_NONE: the file was removed */
    struct object_id manifest;
    uint32_t index;
    struct object_id actual; /* the SHA-256 of the bytes */
    struct span bytes;       /* what was given, for the quarantine; borrowed until the callback returns */
};
/* CONTENT_OK: `bytes` are moved, and `done` is called. CONTENT_BUSY: they stay the caller's. Of a chunk that is there
 * or on its way nothing is written again, but it is verified all the same. At most FILE_BLOB_SIZE_MAX bytes. */
MUST_USE enum content_answer
content_file_write_chunk(struct content_file *file, uint32_t index, uint8_t *bytes, size_t size,
                         const struct object_id *expected,
                         void (*done)(void *context, const struct content_written *written), void *context);
bool content_file_has(const struct content_file *file, uint32_t index); /* synced and claimed */
/* Chunks from `from` on that are neither here nor written nor on their way, ascending; how many. */
size_t content_file_next_missing(const struct content_file *file, uint32_t from, uint32_t *indices, size_t max);
/* Makes durable what was written so far, now. */
void content_file_sync(struct content_file *file, struct content_done done);
/* `expected` NULL: unverified. Only of what is written. CONTENT_BUSY at once. */
MUST_USE enum content_answer content_file_read_chunk(struct content_file *file, uint32_t index,
                                                     const struct object_id *expected,
                                                     void (*done)(void *context, const struct content_loaded *loaded),
                                                     void *context);

/* The ids of chunks, 65,536 to a list; of a file with one chunk "list" 0 is its id. Put before the chunks are, so that
 * they are found by content_store_find and the scrub. Copied; CONTENT_WRONG unless `id` is its SHA-256 (NULL: of a file
 * with one chunk). `done`: synced and indexed. CONTENT_FULL and CONTENT_BUSY at once. */
MUST_USE enum content_answer content_file_put_list(struct content_file *file, uint32_t number, struct span ids,
                                                   const struct object_id *id, struct content_done done,
                                                   struct err_detail *detail);
bool content_file_has_list(const struct content_file *file, uint32_t number);
/* False when the list is not in memory: content_file_load_list brings it (some are, the last used ones, 16 MiB). */
bool content_file_chunk_id(struct content_file *file, uint32_t index, struct object_id *id);
void content_file_load_list(struct content_file *file, uint32_t number, struct content_done done);

/* By manifest, open or not; CONTENT_NONE when there is no such file. */
void content_store_set_role(struct content_store *store, const struct object_id *manifest, enum holding_role role,
                            struct content_done done);
/* First the row, then the file; who has it open gets CONTENT_NONE from then on, and still closes it. */
void content_store_remove_file(struct content_store *store, const struct object_id *manifest, struct content_done done);

enum content_files {
    CONTENT_FILES_ALL,      /* oldest first */
    CONTENT_FILES_TO_EVICT, /* replicas that are not open, least recently used first: the caller decides */
};
/* At most `max` rows, and 4,096. */
void content_store_list_files(struct content_store *store, enum content_files which, size_t max,
                              void (*take)(void *context, const struct content_file_row *row),
                              struct content_done done);

/* ---- Holdings: the files that this node has, or is to have ---- */

struct content_holding {
    struct object_id manifest; /* which need not be here */
    enum holding_role role;
    int64_t since_ms;
    int64_t used_ms; /* read or asked for here, to the minute or so */
};
/* Of one that is there, the role that says more stands, and the later of the times of use; its file gets the role too.
 * What was put before it is synced when `done` says that this is. */
void content_store_put_holding(struct content_store *store, const struct content_holding *holding,
                               struct content_done done);
/* The manifest as content_store_put_object has it, and that it is held, in one commit: both or none. */
MUST_USE enum content_answer content_store_put_held(struct content_store *store, const struct content_object *manifest,
                                                    const struct content_holding *holding, struct content_done done,
                                                    struct err_detail *detail);
/* CONTENT_NONE when it was not there. Its file and its objects are removed by the caller, before: what is left of them
 * when a kill comes between is then fetched again, and removed once more. */
void content_store_remove_holding(struct content_store *store, const struct object_id *manifest,
                                  struct content_done done);
/* Whatever was put or removed before it is on the disk. */
void content_store_when_synced(struct content_store *store, struct content_done done);
/* All of them, in the order of their manifests, in small groups. */
void content_store_each_holding(struct content_store *store,
                                void (*take)(void *context, const struct content_holding *holding),
                                struct content_done done);
/* Removes the sealed files that are no holdings: what a kill left of publishing them. Right after the opening, before
 * any file is made; waits for the database. */
void content_store_remove_strays(struct content_store *store);
/* Manifests of files that are not holdings, the oldest (by at_ms, then by id) first; their bytes are left out. At most
 * `max`, and CONTENT_PICK_MAX. */
void content_store_list_spare(struct content_store *store, size_t max,
                              void (*take)(void *context, const struct content_object *object),
                              struct content_done done);

/* ---- Scrub: everything is read again and compared with its id, slowly ---- */

/* Starts, or goes on where the last one stopped (also before a restart); 0 stops. */
void content_store_scrub(struct content_store *store, uint64_t bytes_per_second);
struct content_scrub {
    bool is_running;
    uint64_t bytes_per_second;
    uint64_t bytes;      /* looked at, in this pass */
    uint64_t faults;     /* found, in this pass */
    bool has_skipped;    /* chunks whose list is not here, in this pass since the start of the process */
    uint64_t passes;     /* that came to the end, ever */
    int64_t ended_at_ms; /* of the last of them; 0: never */
};
struct content_scrub content_store_scrub_view(const struct content_store *store);

/* ---- Quarantine: what did not verify, for a person to look at ---- */

enum {
    QUARANTINE_ENTRIES_MAX = 64,    /* the oldest go */
    QUARANTINE_BYTES_MAX = 1 << 20, /* of each; the rest is cut off */
    QUARANTINE_CAUSE_MAX = 127,
};
struct quarantine_entry {
    uint64_t number; /* given by the store; never used twice */
    struct object_id wanted;
    struct object_id actual;
    int64_t first_difference; /* from a good copy; -1: none is known */
    struct node_id sender;
    struct public_key signer;       /* zeros: none */
    struct public_key expected_key; /* zeros: none */
    char cause[QUARANTINE_CAUSE_MAX + 1];
    int64_t at_ms;
    uint64_t size; /* as it came, which may be more than is kept */
};
/* Copied. CONTENT_BUSY at once when four wait. */
MUST_USE enum content_answer content_store_put_quarantine(struct content_store *store,
                                                          const struct quarantine_entry *entry, struct span bytes,
                                                          struct content_done done);
/* Newest first. */
void content_store_list_quarantine(struct content_store *store,
                                   void (*take)(void *context, const struct quarantine_entry *entry),
                                   struct content_done done);
/* `id` is the wanted one; not verified, of course. */
MUST_USE enum content_answer
content_store_load_quarantine(struct content_store *store, uint64_t number,
                              void (*done)(void *context, const struct content_loaded *loaded), void *context);
void content_store_remove_quarantine(struct content_store *store, uint64_t number, struct content_done done);
/* What a good copy showed later: where the bytes part from it, and who had to sign. CONTENT_NONE: it is not there. */
void content_store_settle_quarantine(struct content_store *store, const struct quarantine_entry *entry,
                                     struct content_done done);
/* Where two copies part; the size of the shorter when one is the beginning of the other; -1 when they are equal. */
int64_t quarantine_first_difference(struct span a, struct span b);
