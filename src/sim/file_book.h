/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Every file that was ever made in a simulation, found by the id of anything in it: what a checker holds against the
 * disks, and where hosts read what they have on theirs.
 * Owns: the files.   Never: forgets one.   Full: ends the process without memory. */

#include "base/map.h"
#include "sim/made_file.h"

struct file_book { /* all zero: empty */
    struct made_file **files;
    size_t count;
    struct map *by_id; /* of all parts, to their number in `parts` */
    struct file_book_part {
        uint32_t file, place;
    } * parts;
    size_t part_count, part_capacity;
};

void file_book_deinit(struct file_book *book);
void file_book_add(struct file_book *book, struct made_file *file); /* moved */
/* Which file has this object, and at which place among its parts; NULL: none. */
const struct made_file *file_book_find(const struct file_book *book, const struct object_id *id, uint32_t *place);
