/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* How a database came to look as it does: numbered steps, each in one transaction that also sets user_version.
 * Never: changes a step that was released; a change is a new step at the end. */

#include <sqlite3.h>

/* Of one kind of database. The first step writes the application id. */
struct migrations {
    int application_id; /* in the header of the file: whose it is */
    int count;
    const char *const *steps;   /* step n is the text at n - 1 */
    sqlite3_int64 checked_size; /* a larger file is not read through when it is opened */
};

enum { STORE_APPLICATION_ID = 0x736b6570 };      /* "skep" */
extern const struct migrations store_migrations; /* of skep.db */

/* From what user_version says to `version`. An SQLite result code; the version of the last whole step stays. */
int migrations_run(const struct migrations *migrations, sqlite3 *handle, int version);
