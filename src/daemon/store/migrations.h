/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* How the database came to look as it does: numbered steps, each in one transaction that also sets user_version.
 * Never: changes a step that was released; a change is a new step at the end. */

#include <sqlite3.h>

enum { STORE_APPLICATION_ID = 0x736b6570 }; /* "skep", in the header of the file */

int migrations_latest(void);
/* From what user_version says to `version`. An SQLite result code; the version of the last whole step stays. */
int migrations_run(sqlite3 *handle, int version);
