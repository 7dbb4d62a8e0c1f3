/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Files that are wanted of the node, and how far it is with each.
 * Owns: the list of them.   Never: wants one twice; waits (who asks does).
 * Full: FILE_WISHES_MAX. */

#include "base/map.h"
#include "cli/api_client.h"
#include "swarm/content/file_about.h"
#include "swarm/content/object_id.h"

enum { FILE_WISHES_MAX = 65536 }; /* as many files as a node knows */

enum file_wish_state { FILE_WISH_OPEN, FILE_WISH_HERE, FILE_WISH_GIVEN_UP };
struct file_wish {
    char id[OBJECT_ID_TEXT_SIZE + 1];
    char *name; /* owned; as it is; NULL: sealed for others, or not known yet */
    char stage[16];
    enum file_wish_state state;
    bool is_taken;  /* by whoever looks at those that are here */
    uint64_t size;  /* 0 until its manifest is here */
    uint64_t bytes; /* of it here, synced */
    double sources; /* negative: not known */
    char trouble[400];
};
struct file_wishes {
    struct file_wish *items;
    size_t count, capacity;
    struct map *places; /* by id */
    size_t open, given_up;
    size_t next; /* whose turn it is to be looked at */
};
void file_wishes_deinit(struct file_wishes *wishes);
bool file_wishes_add(struct file_wishes *wishes, const char *id); /* false: full */

/* Each gives an enum exit_code; other than EXIT_CODE_DONE, a message has been printed. */
int file_wishes_send(struct file_wishes *wishes, struct api_client *client); /* POST /api/v1/files/fetch */
/* Looks at some of those that are open; `has_moved`: one of them is not open any more. */
int file_wishes_look(struct file_wishes *wishes, struct api_client *client, bool *has_moved);

struct file_wish_totals {
    uint64_t bytes, size; /* of those whose size is known */
    bool is_size_known;   /* of all */
};
struct file_wish_totals file_wishes_totals(const struct file_wishes *wishes);
