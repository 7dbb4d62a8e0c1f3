/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Removing a folder of ours with all that is in it.
 * Never: follows a symbolic link; goes deeper than anything of ours lies. What it cannot remove stays. */

/* `parent` is a folder's descriptor, or AT_FDCWD. */
void folder_tree_remove(int parent, const char *name);
