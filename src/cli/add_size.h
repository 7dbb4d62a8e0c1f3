/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* How much there is to publish: the plain files at some paths and in the folders there, so that a share can be shown.
 * Owns: nothing.   Never: follows a symbolic link; looks around for longer than half a second: then it is not known. */

#include <stddef.h>
#include <stdint.h>

uint64_t add_size_of(const char *const *paths, size_t count); /* bytes; 0 = not known */
