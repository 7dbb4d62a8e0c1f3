/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/redundancy.h"

#include "base/memory.h"

struct kept { /* one file */
    size_t disks, holders;
};

static void count_store(const struct host *host, struct kept *kept) {
    const struct file_store *store = &host->files.store;
    for (size_t i = 0; i < store->count; i++) {
        const struct stored_file *stored = &store->rows[i];
        if (!stored->is_whole) continue;
        kept[stored->file->number].disks++;
        kept[stored->file->number].holders += host_is_running(host);
    }
}

struct redundancy redundancy_look(const struct world *world) {
    const struct file_book *book = &world_look(world, 0)->stage->files;
    struct redundancy redundancy = {.files = 0};
    struct kept *kept = memory_zeroed(book->count + 1, sizeof *kept);
    size_t running = 0;
    for (uint32_t i = 0; i < world_node_count(world); i++) {
        const struct host *host = world_look(world, i);
        redundancy.moved_bytes += host->files.served_bytes;
        running += host_is_running(host);
        count_store(host, kept);
    }
    for (size_t i = 0; i < book->count; i++) {
        const size_t target = book->files[i]->manifest.target;
        if (host_is_liar(world_look(world, book->files[i]->author), LIAR_PHANTOM)) continue;
        redundancy.files++;
        redundancy.lost += kept[i].disks == 0;
        redundancy.unreadable += kept[i].holders == 0;
        redundancy.under += kept[i].holders < (target < running ? target : running);
        if (kept[i].holders > redundancy.most_holders) redundancy.most_holders = kept[i].holders;
    }
    memory_free(kept);
    return redundancy;
}

bool redundancy_is_good(const struct world *world) {
    return redundancy_look(world).under == 0;
}

uint64_t redundancy_bytes_on(const struct world *world, uint32_t node) {
    const struct file_store *store = &world_look(world, node)->files.store;
    uint64_t bytes = 0;
    for (size_t i = 0; i < store->count; i++) {
        if (store->rows[i].is_whole) bytes += made_file_sealed_size(store->rows[i].file);
    }
    return bytes;
}

size_t redundancy_holders(const struct world *world, const struct object_id *id) {
    size_t holders = 0;
    for (uint32_t i = 0; i < world_node_count(world); i++) {
        const struct host *host = world_look(world, i);
        holders += host_is_running(host) && file_host_holds(&host->files, id);
    }
    return holders;
}

/* Most are small, as files are; some have more than one chunk. */
static uint64_t any_size(struct prng *prng) {
    const uint32_t dice = prng_below(prng, 100);
    if (dice < 70) return prng_below(prng, 16 << 10);
    if (dice < 95) return (16 << 10) + prng_below(prng, 184 << 10);
    return (256 << 10) + prng_below(prng, 344 << 10);
}

void redundancy_publish(struct world *world, size_t count, uint8_t target, uint64_t seed) {
    struct prng prng = prng_seeded(seed);
    for (size_t i = 0; i < count; i++) {
        const uint32_t node = (uint32_t)(i % world_node_count(world));
        (void)file_host_publish(world_host(world, node), any_size(&prng), target);
    }
}
