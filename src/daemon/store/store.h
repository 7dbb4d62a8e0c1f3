/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What the node remembers across restarts, in one SQLite file (WAL) in its data folder: pinned keys, the address book,
 * the beacon's presence, what the caretaker did, the history.
 * SQLite is included in this folder alone.
 * Owns: the database, the lock on the data folder, its own writer thread (none of the calls below waits for the disk,
 * but for open, close and the loads).
 * Never: writes into a database that is not ours, or newer than we know, or damaged; trusts a row without checking it.
 * Full: a disk that is full or read-only fails the writes with ERR_IO, told by `failed`; what is there stays readable.
 * Migrations are numbered in store/migrations.c; user_version holds the number, application_id says whose file it is.
 */

#include "base/address.h"
#include "base/err.h"
#include "crypto/attest.h"
#include "daemon/history/history_moment.h"
#include "daemon/history/history_tiers.h"
#include "daemon/loop/loop.h"
#include "swarm/control/operation.h"
#include "swarm/peer/book_row.h"
#include "swarm/rendezvous/beacon.h"

struct store;

struct store_options {
    struct loop *loop;  /* borrowed until store_close */
    const char *folder; /* the data folder; made (0700) when it is not there */
    /* A write failed (ERR_IO, ERR_LIMIT); called on the loop, at most once a second. */
    void (*failed)(void *context, enum err err, const char *detail);
    void (*recovered)(void *context); /* after that, writes work again; on the loop; may be NULL, like `failed` */
    void *context;
};
/* Locks the folder (ERR_IN_USE when another skep runs on it), opens and migrates. ERR_FOREIGN: not our file, or made by
 * a newer version; ERR_DAMAGED: it does not pass its check. Nothing is changed or deleted in either case. */
MUST_USE enum err store_open(struct store **store, const struct store_options *options, struct err_detail *detail);
/* What store_open would say of the database in a folder that no node runs on; nothing is locked, changed or made.
 * ERR_NOT_FOUND: there is none yet. */
MUST_USE enum err store_look(const char *folder, struct err_detail *detail);
/* What is in the database of a folder at this moment, in a new file (0600), whether a node runs on it or not; on any
 * thread. ERR_NOT_FOUND: there is none. */
MUST_USE enum err store_copy(const char *folder, const char *to, struct err_detail *detail);
/* Waits until everything given is synced. Accepts NULL. */
void store_close(struct store *store);

/* The address book: one row per node, replaced by nodeId. Writes are grouped (at most 1 s late). */
void store_put_book_row(struct store *store, const struct book_row *row); /* copied */
void store_remove_book_row(struct store *store, const struct node_id *id);
MUST_USE enum err store_load_book(struct store *store, size_t rows_max,
                                  void (*row)(void *context, const struct book_row *row), void *context,
                                  struct err_detail *detail);

/* Keys pinned to what an operator named without an id (--peer HOST:PORT): the first key seen. */
void store_put_pin(struct store *store, const char *name, const struct node_id *id);
MUST_USE enum err store_load_pins(struct store *store,
                                  void (*pin)(void *context, const char *name, const struct node_id *id), void *context,
                                  struct err_detail *detail);

/* What the caretaker did: one row per operation, replaced by its id. */
void store_put_operation(struct store *store, const struct operation *operation); /* copied */
void store_remove_operation(struct store *store, uint64_t id);
MUST_USE enum err store_load_operations(struct store *store,
                                        void (*take)(void *context, const struct operation *operation), void *context,
                                        struct err_detail *detail);

/* With it, presence that comes back is known to be what went in. Before the first of it goes or comes. */
void store_set_presence_key(struct store *store, const struct attest_key *key); /* copied */
/* The beacon's presence, soft state, row by row: some rows of one block, in order. */
void store_put_presence(struct store *store, const struct beacon_row *rows, size_t count); /* copied */
MUST_USE enum err store_load_presence(struct store *store, void (*take)(void *context, const struct beacon_row *row),
                                      void *context, struct err_detail *detail);

/* The history: rows, replaced by their tier and slot, and the links of minutes. */
void store_put_history(struct store *store, const struct history_entry *entries, size_t count); /* copied */
void store_put_moment(struct store *store, const struct history_moment *moment);                /* copied */
/* What of it was synced: on any thread, by a connection of its own that cannot write, with or without a store that is
 * open on the folder. */
MUST_USE enum err store_read_history(const char *folder, void (*take)(void *context, const struct history_entry *entry),
                                     void *context, struct err_detail *detail);
/* The moment of the minute of `at_s`; its own `at_s` is 0 when there is none. */
MUST_USE enum err store_read_moment(const char *folder, uint32_t at_s, struct history_moment *moment,
                                    struct err_detail *detail);

/* `done` is called, on the loop, when everything given so far is synced (then with true) or one attempt at it has
 * failed; never, once the store is closed. */
void store_when_synced(struct store *store, void (*done)(void *context, bool is_synced), void *context);
void store_forget_waiting(struct store *store, const void *context); /* its `done` will not be called */
/* Waits until everything given so far is synced, or one attempt at it has failed. */
void store_flush(struct store *store);

struct store_counts {
    size_t waiting;        /* writes not yet on the disk */
    uint64_t committed;    /* writes */
    uint64_t commits;      /* groups of them */
    uint64_t failures;     /* attempts that failed; what they held waits on */
    uint64_t dropped;      /* writes given up because too many waited, or SQLite would not take them */
    uint64_t rows_refused; /* rows that were read and do not hold */
};
struct store_counts store_count(struct store *store);
