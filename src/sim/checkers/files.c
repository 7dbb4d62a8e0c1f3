/* SPDX-License-Identifier: Apache-2.0 */
/* What lies on a disk is what was published, to the last part; what was whole stays so until it is given up; nothing
 * that was ever published is lost as long as the disks are not; and nobody is blamed for a wrong part who sent a right
 * one. */
#include "base/memory.h"
#include "sim/checkers/checker.h"
#include "sim/world.h"

#include <inttypes.h>

static void check_parts(struct checker_state *state, uint32_t node, const struct stored_file *stored) {
    const struct made_file *file = stored->file;
    for (uint32_t place = 0; place < file->part_count; place++) {
        const struct stored_part *part = &stored->parts[place];
        const struct object_id id = made_file_part(file, place).id;
        const bool is_there = part->state != PART_ABSENT;
        if (is_there && !object_id_equal(&part->took, &id))
            checker_fail(state, "node %" PRIu32 " has wrong bytes at part %" PRIu32 " of file %" PRIu32, node, place,
                         file->number);
        if (stored->is_whole && part->state != PART_SYNCED)
            checker_fail(state, "node %" PRIu32 " lost part %" PRIu32 " of file %" PRIu32 ", which was whole", node,
                         place, file->number);
    }
}

static void check_store(struct checker_state *state, uint32_t node, const struct file_store *store, bool *is_kept) {
    uint64_t whole = 0;
    for (size_t i = 0; i < store->count; i++) {
        const struct stored_file *stored = &store->rows[i];
        check_parts(state, node, stored);
        if (!stored->is_whole) continue;
        whole++;
        is_kept[stored->file->number] = true;
    }
    if (whole + store->removed_whole != store->became_whole)
        checker_fail(state, "node %" PRIu32 " lost a file that it had", node);
}

static void check_roles(struct checker_state *state, const struct world *world, uint32_t node) {
    if (world_look(world, node)->files.has_released_own)
        checker_fail(state, "node %" PRIu32 " was to let go of a file that it published, or that is wanted there",
                     node);
}

static void check_blamed(struct checker_state *state, const struct world *world, uint32_t node) {
    const struct file_host *files = &world_look(world, node)->files;
    for (size_t i = 0; i < files->blamed_count; i++) {
        uint32_t sender;
        if (!world_find(world, &files->blamed[i], &sender) || world_look(world, sender)->liar != NULL) continue;
        checker_fail(state, "node %" PRIu32 " blames node %" PRIu32 " for a wrong part, and that one is honest", node,
                     sender);
    }
}

void check_files(struct checker_state *state, const struct world *world) {
    const struct stage *stage = world_look(world, 0)->stage;
    if (stage->files.count == 0) return;
    bool *is_kept = memory_zeroed(stage->files.count, sizeof *is_kept);
    for (uint32_t i = 0; i < world_node_count(world); i++) {
        check_store(state, i, &world_look(world, i)->files.store, is_kept);
        check_blamed(state, world, i);
        check_roles(state, world, i);
    }
    for (size_t i = 0; i < stage->files.count && stage->disks_wiped == 0; i++) {
        if (!is_kept[i]) checker_fail(state, "file %zu is on no disk any more", i);
    }
    memory_free(is_kept);
}
