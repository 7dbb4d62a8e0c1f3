/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/content/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/must.h"
#include "crypto/entropy.h"
#include "crypto/wipe.h"
#include "daemon/store/content/disk_remedy.h"

enum { BLOCKS_AT_ONCE = 2 };

struct spool {
    struct spool_options options;
    struct tether tether;
    int fd;
    struct seal_key key;
    uint64_t size;
    uint64_t next_block;
    uint8_t *filling; /* the block at hand */
    size_t filled;
    size_t writing; /* blocks on the pool */
    bool is_ending, has_ended;
    char why[SPOOL_WHY_MAX]; /* of the first block that was not written */
};
struct block {
    struct spool *spool;
    uint64_t number;
    uint8_t *bytes;
    size_t size;
    char why[SPOOL_WHY_MAX];
};

static void nonce_of(uint64_t number, uint8_t nonce[SEAL_NONCE_SIZE]) {
    memset(nonce, 0, SEAL_NONCE_SIZE);
    for (size_t i = 0; i < 8; i++) nonce[4 + i] = (uint8_t)(number >> (56 - 8 * i));
}

/* ---- Life ---- */

static void free_spool(void *subject) {
    struct spool *spool = subject;
    if (spool->fd >= 0) (void)close(spool->fd);
    wipe_bytes(&spool->key, sizeof spool->key);
    memory_free(spool->filling);
    memory_free(spool);
}

struct spool *spool_open(const struct spool_options *options, struct err_detail *detail) {
    const int fd = open(options->folder, O_TMPFILE | O_RDWR | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (fd < 0) {
        (void)err_set(detail, ERR_IO, "nothing can be written in %s: %s%s", options->folder, strerror(errno),
                      disk_remedy(errno));
        return NULL;
    }
    struct spool *spool = memory_zeroed(1, sizeof *spool);
    const struct entropy entropy = entropy_of_system();
    spool->options = *options;
    spool->fd = fd;
    spool->filling = memory_room(SPOOL_BLOCK_SIZE);
    entropy_fill(&entropy, spool->key.bytes, sizeof spool->key.bytes);
    tether_init(&spool->tether, options->tethers, free_spool, spool);
    return spool;
}

void spool_close(struct spool *spool) {
    if (spool != NULL) tether_close(&spool->tether);
}

uint64_t spool_size(const struct spool *spool) {
    return spool->size;
}

struct spool_source spool_take(struct spool *spool) {
    const struct spool_source source = {spool->fd, true, spool->key};
    must(spool->has_ended);
    spool->fd = -1;
    return source;
}

/* ---- Writing ---- */

static bool write_all(int fd, const uint8_t *bytes, size_t size, uint64_t at, char why[SPOOL_WHY_MAX]) {
    while (size > 0) {
        const ssize_t done = pwrite(fd, bytes, size, (off_t)at);
        if (done < 0 && errno == EINTR) continue;
        if (done <= 0) {
            (void)snprintf(why, SPOOL_WHY_MAX, "it cannot be written: %s%s", strerror(errno), disk_remedy(errno));
            return false;
        }
        bytes += done;
        at += (uint64_t)done;
        size -= (size_t)done;
    }
    return true;
}

static void work(void *context) {
    struct block *block = context;
    uint8_t nonce[SEAL_NONCE_SIZE];
    struct buffer sealed = buffer_over(memory_room(block->size + SEAL_TAG_SIZE), block->size + SEAL_TAG_SIZE);
    nonce_of(block->number, nonce);
    must(seal_close(&block->spool->key, nonce, SPAN_NONE, (struct span){block->bytes, block->size}, &sealed));
    (void)write_all(block->spool->fd, sealed.at, sealed.size, block->number * SPOOL_SEALED_SIZE, block->why);
    memory_free(sealed.at);
}

static void end_if_over(struct spool *spool) {
    if (!spool->is_ending || spool->writing > 0 || spool->has_ended) return;
    spool->has_ended = true;
    spool->options.ended(spool->options.context, spool->why[0] == '\0' ? NULL : spool->why);
}

static void worked(void *context) {
    struct block *block = context;
    struct spool *spool = block->spool;
    const bool was_full = spool->writing == BLOCKS_AT_ONCE;
    char why[SPOOL_WHY_MAX];
    memcpy(why, block->why, sizeof why);
    memory_free(block->bytes);
    memory_free(block);
    spool->writing--;
    if (!tether_job_back(&spool->tether)) return;
    if (spool->why[0] == '\0') memcpy(spool->why, why, sizeof why);
    if (spool->why[0] != '\0') spool->is_ending = true;
    if (spool->is_ending) {
        end_if_over(spool);
    } else if (was_full) {
        spool->options.drained(spool->options.context);
    }
}

static void write_block(struct spool *spool) {
    struct block *block = memory_zeroed(1, sizeof *block);
    *block =
        (struct block){.spool = spool, .number = spool->next_block++, .bytes = spool->filling, .size = spool->filled};
    spool->filling = memory_room(SPOOL_BLOCK_SIZE);
    spool->filled = 0;
    spool->writing++;
    tether_job(&spool->tether);
    loop_work(spool->options.loop, work, worked, block);
}

bool spool_put(struct spool *spool, struct span bytes) {
    while (bytes.size > 0 && !spool->is_ending) {
        const size_t room = SPOOL_BLOCK_SIZE - spool->filled;
        const size_t size = bytes.size < room ? bytes.size : room;
        memcpy(spool->filling + spool->filled, bytes.at, size);
        spool->filled += size;
        spool->size += size;
        bytes.at += size;
        bytes.size -= size;
        if (spool->filled == SPOOL_BLOCK_SIZE) write_block(spool);
    }
    return spool->writing < BLOCKS_AT_ONCE;
}

void spool_end(struct spool *spool) {
    if (spool->is_ending) return;
    if (spool->filled > 0) write_block(spool);
    spool->is_ending = true;
    end_if_over(spool);
}

/* ---- Reading ---- */

static bool read_all(int fd, uint8_t *bytes, size_t size, uint64_t at, char why[SPOOL_WHY_MAX]) {
    while (size > 0) {
        const ssize_t got = pread(fd, bytes, size, (off_t)at);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) {
            (void)snprintf(why, SPOOL_WHY_MAX, "the file cannot be read: %s", strerror(errno));
            return false;
        }
        if (got == 0) {
            (void)snprintf(why, SPOOL_WHY_MAX, "the file became shorter while it was read");
            return false;
        }
        bytes += got;
        at += (uint64_t)got;
        size -= (size_t)got;
    }
    return true;
}

static bool read_block(const struct spool_source *source, uint64_t number, uint8_t *bytes, size_t size,
                       char why[SPOOL_WHY_MAX]) {
    uint8_t nonce[SEAL_NONCE_SIZE];
    uint8_t *sealed = memory_room(size + SEAL_TAG_SIZE);
    struct buffer out = buffer_over(bytes, size);
    nonce_of(number, nonce);
    bool is_good = read_all(source->fd, sealed, size + SEAL_TAG_SIZE, number * SPOOL_SEALED_SIZE, why);
    if (is_good && !seal_open(&source->key, nonce, SPAN_NONE, (struct span){sealed, size + SEAL_TAG_SIZE}, &out)) {
        (void)snprintf(why, SPOOL_WHY_MAX, "the disk did not keep what was sent");
        is_good = false;
    }
    memory_free(sealed);
    return is_good;
}

bool spool_source_read(const struct spool_source *source, uint64_t at, uint8_t *bytes, size_t size,
                       char why[SPOOL_WHY_MAX]) {
    if (!source->is_sealed) return read_all(source->fd, bytes, size, at, why);
    must(at % SPOOL_BLOCK_SIZE == 0);
    for (size_t done = 0; done < size;) {
        const size_t part = size - done < SPOOL_BLOCK_SIZE ? size - done : SPOOL_BLOCK_SIZE;
        if (!read_block(source, (at + done) / SPOOL_BLOCK_SIZE, bytes + done, part, why)) return false;
        done += part;
    }
    return true;
}
