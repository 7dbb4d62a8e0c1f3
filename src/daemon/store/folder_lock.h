/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* One skep for each data folder: an advisory lock on its file `lock`, which also says whose it is. The system lets go
 * of it when the process ends, however it ends, so there is never a stale lock. */

#include "base/err.h"

/* ERR_IN_USE names the process that has it. */
MUST_USE enum err folder_lock_take(const char *folder, int *fd, struct err_detail *detail);
void folder_lock_release(int fd); /* accepts -1 */
