/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/store/migrations.h"

#include <stdint.h>
#include <stdio.h>

#include "base/must.h"

/* Step n is the text at n - 1. Times are milliseconds since the epoch; addresses are texts, best first, with spaces
 * between, so that the file can be read with the sqlite3 shell. */
static const char *const steps[] = {
    "PRAGMA application_id = 1936418160;"
    "CREATE TABLE book ("
    "  node_id BLOB NOT NULL PRIMARY KEY CHECK (length(node_id) = 20),"
    "  key BLOB CHECK (length(key) = 32)," /* NULL: not known yet */
    "  addrs TEXT NOT NULL,"
    "  issued_at INTEGER NOT NULL,"
    "  expires_at INTEGER NOT NULL,"
    "  last_seen_at INTEGER NOT NULL,"
    "  linked_at INTEGER NOT NULL,"
    "  learned_kind INTEGER NOT NULL,"
    "  learned_source INTEGER NOT NULL,"
    "  learned_node BLOB CHECK (length(learned_node) = 20),"
    "  learned_at INTEGER NOT NULL"
    ") STRICT, WITHOUT ROWID;",

    "CREATE TABLE pin ("
    "  name TEXT NOT NULL PRIMARY KEY,"
    "  node_id BLOB NOT NULL CHECK (length(node_id) = 20)"
    ") STRICT, WITHOUT ROWID;",

    "CREATE TABLE presence ("
    "  community TEXT NOT NULL,"
    "  position INTEGER NOT NULL," /* in the list, newest first */
    "  received_at INTEGER NOT NULL,"
    "  network TEXT NOT NULL," /* where it was announced from: an IPv4 address or an IPv6 /64; empty: not known */
    "  envelope TEXT NOT NULL,"
    "  PRIMARY KEY (community, position)"
    ") STRICT, WITHOUT ROWID;",

    /* How our dials went, and who is called first after a restart. */
    "ALTER TABLE book ADD COLUMN successes INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE book ADD COLUMN failures INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE book ADD COLUMN is_anchor INTEGER NOT NULL DEFAULT 0;",

    "ALTER TABLE presence ADD COLUMN tag BLOB;", /* NULL, or by which we know that we wrote the row (crypto/attest) */

    /* One row for each place of the beacon's book, so that a change costs one of them. */
    "ALTER TABLE presence RENAME TO presence_by_position;"
    "CREATE TABLE presence ("
    "  number INTEGER PRIMARY KEY,"
    "  community TEXT NOT NULL,"
    "  received_at INTEGER NOT NULL,"
    "  network TEXT NOT NULL,"
    "  envelope TEXT NOT NULL,"
    "  tag BLOB"
    ") STRICT;"
    "INSERT INTO presence SELECT * FROM"
    "  (SELECT (dense_rank() OVER (ORDER BY community) - 1) * 200 + position AS number,"
    "    community, received_at, network, envelope, tag FROM presence_by_position)"
    "  WHERE number < 20000;"
    "DROP TABLE presence_by_position;",

    "CREATE TABLE operation ("
    "  id INTEGER PRIMARY KEY,"
    "  sequence INTEGER NOT NULL," /* the order in which they took effect */
    "  control TEXT NOT NULL,"
    "  state TEXT NOT NULL,"
    "  target_kind TEXT," /* of a block: whom it is about */
    "  target_node BLOB,"
    "  target_user TEXT,"
    "  direction INTEGER NOT NULL,"
    "  before INTEGER NOT NULL," /* two bits for each thing it set: how that was before it */
    "  lost INTEGER NOT NULL,"   /* one: a later one has set it since */
    "  asked_at INTEGER NOT NULL,"
    "  ended_at INTEGER NOT NULL,"
    "  noted_at INTEGER NOT NULL,"
    "  for_ms INTEGER NOT NULL," /* as it was asked */
    "  confirm_ms INTEGER NOT NULL,"
    "  left_ms INTEGER NOT NULL," /* as of noted_at */
    "  confirm_left_ms INTEGER NOT NULL,"
    "  author TEXT NOT NULL,"
    "  reason TEXT NOT NULL,"
    "  key TEXT NOT NULL"
    ") STRICT;",

    /* Whose node it is by the last certificate that held; and where a node was called by hand. */
    "ALTER TABLE book ADD COLUMN proven_user BLOB CHECK (length(proven_user) = 20);"
    "ALTER TABLE operation ADD COLUMN target_address TEXT;",
    /* Rings of a fixed size: a row is replaced by the one that comes to its slot. */
    "CREATE TABLE history ("
    "  tier INTEGER NOT NULL," /* 0: seconds, 1: minutes, 2: hours */
    "  slot INTEGER NOT NULL,"
    "  at INTEGER NOT NULL,"
    "  seconds INTEGER NOT NULL," /* that were looked at */
    "  level INTEGER NOT NULL,"
    "  findings TEXT NOT NULL," /* their codes, with spaces between */
    "  links INTEGER NOT NULL," /* summed over the seconds, as bytes and attempts are */
    "  links_wanted INTEGER NOT NULL,"
    "  bytes_in INTEGER NOT NULL,"
    "  bytes_out INTEGER NOT NULL,"
    "  in_peak INTEGER NOT NULL,"
    "  out_peak INTEGER NOT NULL,"
    "  rtts BLOB NOT NULL," /* counts of round trips by length (rtt_counts.h) */
    "  rtt_p95_peak_us INTEGER,"
    "  loss_in INTEGER NOT NULL," /* losses in parts of 65535; of how many links and seconds they were known */
    "  loss_in_weight INTEGER NOT NULL,"
    "  loss_out INTEGER NOT NULL,"
    "  loss_out_weight INTEGER NOT NULL,"
    "  loss_in_peak INTEGER NOT NULL,"
    "  attempts INTEGER NOT NULL," /* of rendezvous */
    "  successes INTEGER NOT NULL,"
    "  PRIMARY KEY (tier, slot)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE history_moment ("
    "  slot INTEGER PRIMARY KEY," /* of its minute */
    "  at INTEGER NOT NULL,"
    "  links BLOB NOT NULL" /* history_moment.c */
    ") STRICT;",
};
_Static_assert(STORE_APPLICATION_ID == 1936418160, "the first step writes the same number");

const struct migrations store_migrations = {.application_id = STORE_APPLICATION_ID,
                                            .count = sizeof steps / sizeof steps[0],
                                            .steps = steps,
                                            .checked_size = INT64_MAX};

static int version_read(sqlite3 *handle, int *version) {
    sqlite3_stmt *statement = NULL;
    int result = sqlite3_prepare_v2(handle, "PRAGMA user_version", -1, &statement, NULL);
    if (result != SQLITE_OK) return result;
    result = sqlite3_step(statement);
    if (result == SQLITE_ROW) *version = sqlite3_column_int(statement, 0);
    (void)sqlite3_finalize(statement);
    return result == SQLITE_ROW ? SQLITE_OK : result;
}

static int step_run(const struct migrations *migrations, sqlite3 *handle, int step) {
    char version[64];
    (void)snprintf(version, sizeof version, "PRAGMA user_version = %d", step);
    int result = sqlite3_exec(handle, "BEGIN IMMEDIATE", NULL, NULL, NULL);
    if (result == SQLITE_OK) result = sqlite3_exec(handle, migrations->steps[step - 1], NULL, NULL, NULL);
    if (result == SQLITE_OK) result = sqlite3_exec(handle, version, NULL, NULL, NULL);
    if (result == SQLITE_OK) result = sqlite3_exec(handle, "COMMIT", NULL, NULL, NULL);
    if (result != SQLITE_OK) (void)sqlite3_exec(handle, "ROLLBACK", NULL, NULL, NULL);
    return result;
}

int migrations_run(const struct migrations *migrations, sqlite3 *handle, int version) {
    int at = 0;
    must(version >= 0 && version <= migrations->count);
    int result = version_read(handle, &at);
    for (int step = at + 1; result == SQLITE_OK && step <= version; step++) result = step_run(migrations, handle, step);
    return result;
}
