/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/store/content/disk_remedy.h"

#include <errno.h>

const char *disk_remedy(int number) {
    switch (number) {
    case ENOSPC:
    case EDQUOT: return "; make room on that disk, or lower what content may use";
    case EFBIG: return "; raise the limit on the size of files (ulimit -f)";
    case EROFS: return "; make that disk writable again";
    case EACCES:
    case EPERM: return "; give the user that runs skep access to it";
    case ENOENT: return "; was the disk taken away, or the folder moved? Bring it back";
    case EIO: return "; the disk may be failing: look at the system's log";
    case EMFILE:
    case ENFILE: return "; raise the limit on open files (ulimit -n)";
    default: return "";
    }
}
