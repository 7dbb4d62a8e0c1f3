/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/store/content/content_migrations.h"

/* Step n is the text at n - 1. Times are milliseconds since the epoch. AUTOINCREMENT, because a number that was given
 * once may still be held by a walk, the scrub's position, or rows that are yet to go. */
static const char *const steps[] = {
    "PRAGMA application_id = 1936418147;"
    "CREATE TABLE object ("
    "  number INTEGER PRIMARY KEY AUTOINCREMENT,"
    "  id BLOB NOT NULL UNIQUE CHECK (length(id) = 32),"
    "  kind INTEGER NOT NULL,"
    "  at INTEGER NOT NULL,"
    "  sum BLOB NOT NULL CHECK (length(sum) = 32)," /* SHA-256 of id, kind, at and bytes: object_table.c */
    "  bytes BLOB NOT NULL"
    ") STRICT;"
    "CREATE INDEX object_by_kind ON object (kind);"
    "CREATE TABLE total (objects INTEGER NOT NULL, bytes INTEGER NOT NULL) STRICT;" /* of the table above */
    "INSERT INTO total VALUES (0, 0);"

    "CREATE TABLE file ("
    "  number INTEGER PRIMARY KEY AUTOINCREMENT,"
    "  manifest BLOB NOT NULL UNIQUE CHECK (length(manifest) = 32),"
    "  size INTEGER NOT NULL," /* of the text: it says how the file is cut */
    "  role INTEGER NOT NULL," /* 0: replica, 1: pinned, 2: published */
    "  is_complete INTEGER NOT NULL DEFAULT 0,"
    "  chunks_here INTEGER NOT NULL DEFAULT 0,"
    "  created_at INTEGER NOT NULL,"
    "  used_at INTEGER NOT NULL,"
    "  verified_at INTEGER NOT NULL DEFAULT 0"
    ") STRICT;"
    "CREATE INDEX file_by_use ON file (role, used_at);"
    /* Which chunks are synced, 8,192 to a page, the first in the lowest bit of the first byte. No row: none. */
    "CREATE TABLE chunk_page ("
    "  file INTEGER NOT NULL,"
    "  page INTEGER NOT NULL,"
    "  bits BLOB NOT NULL CHECK (length(bits) = 1024),"
    "  PRIMARY KEY (file, page)"
    ") STRICT, WITHOUT ROWID;"
    /* The lists of a file, and how many of each one's ids are in `chunk`. Rows of a file that is gone are work: the ids
     * are to be taken out again. */
    "CREATE TABLE file_list ("
    "  file INTEGER NOT NULL,"
    "  number INTEGER NOT NULL,"
    "  id BLOB NOT NULL CHECK (length(id) = 32)," /* the object that holds it */
    "  indexed INTEGER NOT NULL DEFAULT 0,"
    "  PRIMARY KEY (file, number)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX file_list_by_id ON file_list (id);"
    "CREATE TABLE chunk ("
    "  id BLOB NOT NULL CHECK (length(id) = 32),"
    "  file INTEGER NOT NULL,"
    "  number INTEGER NOT NULL,"
    "  PRIMARY KEY (id, file, number)"
    ") STRICT, WITHOUT ROWID;"

    "CREATE TABLE scrub ("
    "  is_at_files INTEGER NOT NULL," /* the objects come first */
    "  number INTEGER NOT NULL,"      /* of the object or file it has been through, or is in */
    "  chunk INTEGER NOT NULL,"       /* the next of that file */
    "  bytes INTEGER NOT NULL,"
    "  faults INTEGER NOT NULL,"
    "  passes INTEGER NOT NULL,"
    "  ended_at INTEGER NOT NULL"
    ") STRICT;"
    "INSERT INTO scrub VALUES (0, 0, 0, 0, 0, 0, 0);"

    "CREATE TABLE quarantine ("
    "  number INTEGER PRIMARY KEY AUTOINCREMENT," /* the name of its file */
    "  wanted BLOB NOT NULL CHECK (length(wanted) = 32),"
    "  actual BLOB NOT NULL CHECK (length(actual) = 32),"
    "  first_difference INTEGER NOT NULL," /* -1: not known */
    "  sender BLOB NOT NULL CHECK (length(sender) = 20),"
    "  signer BLOB NOT NULL CHECK (length(signer) = 32),"
    "  expected_key BLOB NOT NULL CHECK (length(expected_key) = 32),"
    "  cause TEXT NOT NULL,"
    "  at INTEGER NOT NULL,"
    "  size INTEGER NOT NULL"
    ") STRICT;",

    /* What this node holds or is to hold, whether its manifest is here or not. Until now that was every file whose
     * manifest was here; which of the small ones were published the manifest's author tells. */
    "CREATE TABLE holding ("
    "  manifest BLOB PRIMARY KEY CHECK (length(manifest) = 32),"
    "  role INTEGER NOT NULL," /* as of a file */
    "  since INTEGER NOT NULL,"
    "  used INTEGER NOT NULL"
    ") STRICT, WITHOUT ROWID;"
    "INSERT INTO holding SELECT id, coalesce((SELECT role FROM file WHERE manifest = object.id), 1), at, at"
    " FROM object WHERE kind = 3;"
    "CREATE INDEX manifest_by_age ON object (at, id) WHERE kind = 3;",
};

_Static_assert(CONTENT_APPLICATION_ID == 1936418147, "the first step writes the same number");

/* Up to 64 MiB are read through at the start; of a larger one the scrub sees to it that what it holds is right. */
const struct migrations content_migrations = {.application_id = CONTENT_APPLICATION_ID,
                                              .count = sizeof steps / sizeof steps[0],
                                              .steps = steps,
                                              .checked_size = 64 << 20};
