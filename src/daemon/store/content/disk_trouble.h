/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What a person is told when the disk says no: what, where, why, and what to do about it. */

#include <sqlite3.h>

#include "base/err.h"

/* "cannot VERB PATH: why; what to do", of an errno. */
enum err disk_trouble(struct err_detail *detail, int number, const char *verb, const char *path);
/* Of what SQLite said. */
enum err database_trouble(struct err_detail *detail, sqlite3 *handle, int result, const char *verb);
