/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A file of our own on its way into the store. It is sealed twice: once for the names of its chunks, of which the
 * manifest is made and signed; then, under that name, once more into the store, which so never holds anything without a
 * name, nor does a file pass that changed meanwhile.
 *
 *     NAMING: text --seal--> ids --> lists, root --> manifest, signed
 *     WRITING: lists, then text --seal--> chunks --> store --> synced
 *
 * Owns: the file's key until the manifest is made, chunks under way (PUBLISH_AHEAD of them), the file it reads.
 * Never: blocks the loop, keeps more than a few chunks in memory, says that it is published before it is synced.
 * Full: CONTENT_FULL, unless room is made, and a failing disk end it; nothing of it stays. */

#include "daemon/content/spool.h"
#include "daemon/content/tether.h"
#include "daemon/store/content/content_store.h"
#include "swarm/content/manifest.h"

struct publish;

enum { PUBLISH_AHEAD = 4 };

struct publish_author {
    struct record_signer signer;              /* borrowed until `ended` */
    struct public_key own;                    /* the user's: always among the readers */
    const struct community_secret *community; /* NULL: there is none; borrowed until `ended` */
    /* The time of the next record: later than that of every one before. */
    int64_t (*at_ms)(void *context);
    /* The store has no room for so many bytes. True: there will be some soon. */
    bool (*make_room)(void *context, uint64_t bytes);
    void *context; /* borrowed until `ended` */
};
struct publish_order {
    struct spool_source source; /* what to read; its descriptor is moved: closed when it is over */
    struct file_about about;
    uint64_t size;
    uint8_t target; /* 0 = the usual */
    enum readers_kind readers;
    const struct public_key *users; /* READERS_USERS; borrowed during the call */
    size_t user_count;
};
struct published {
    const char *why; /* NULL: it is published and synced; else a sentence for people */
    enum content_answer answer;
    struct object_id id;
    const struct checked_manifest *manifest; /* borrowed during the call */
    struct span record;                      /* its text; borrowed during the call */
};
struct publish_options {
    struct loop *loop;
    struct content_store *store;
    struct tether_list *tethers; /* of the store */
    struct publish_author author;
    void (*ended)(void *context, struct publish *publish, const struct published *published);
    void *context;
};

/* NULL: it cannot be, and `detail` says why (a community's file without its secret, too many readers, too large). */
struct publish *publish_begin(const struct publish_options *options, const struct publish_order *order,
                              struct err_detail *detail);
void publish_completed(struct publish *publish, const struct object_id *file); /* as the store says it */
uint64_t publish_done_bytes(const struct publish *publish);
/* Ends it early; `ended` does not come. After `ended` too. Accepts NULL. */
void publish_close(struct publish *publish);
