/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What to do about what a disk said: the second half of a sentence, "; make room on that disk, ...". */

const char *disk_remedy(int number); /* of an errno; "" when nothing is known that helps */
