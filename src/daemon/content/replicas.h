/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What this node holds for others: taken when the engine says so, let go of when it says so or when room is needed for
 * what is published or wanted here.
 * Owns: nothing but figures; files are in the list of holdings, in words in the library.
 * Never: lets go of what is published or pinned by itself (replicas_remove is a person's word); of a replica, to make
 * room, unless as many others hold it as should (those whose word was proved first), and among those the one that was
 * not used for longest. Full: without room nothing is taken: the engine is told how much there is (INPUT_STORAGE).
 * Spec: docs/decisions/0027, 0029. */

#include "daemon/content/fetches.h"
#include "daemon/content/holding_list.h"
#include "daemon/content/library.h"
#include "swarm/engine_view.h"

struct replicas;

struct replicas_options {
    struct loop *loop; /* all borrowed */
    struct content_store *store;
    struct tether_list *tethers; /* of the store */
    struct holding_list *holdings;
    struct library *library;
    struct fetches *fetches;
    struct input_queue *queue;
    const char *folder; /* on the disk that holds content */
    /* How well a file is kept; false: the engine does not know it. */
    bool (*redundancy)(void *context, const struct object_id *file, struct redundancy_view *view);
    void *context;
};
struct replicas *replicas_new(const struct replicas_options *options); /* owned by the caller */
void replicas_close(struct replicas *replicas); /* the memory goes when the last job is back; accepts NULL */

void replicas_hold(struct replicas *replicas, const struct object_id *file, uint64_t bytes); /* ACTION_HOLD */
void replicas_release(struct replicas *replicas, const struct object_id *file);              /* ACTION_RELEASE */
/* A holding is no more, whatever it was held for: all of it that is here goes, and the engine is told. */
void replicas_let_go(struct replicas *replicas, const struct object_id *file);
/* The same by hand: what is offered of it is declined from now on, until it is wanted here. `done`: it is gone for
 * good, or the disk said no. */
void replicas_remove(struct replicas *replicas, const struct object_id *file, struct content_done done);
/* The same of one whose fetch has ended by itself, and was told. */
void replicas_forget(struct replicas *replicas, const struct object_id *file);
/* True: so much will be free soon. */
bool replicas_make_room(struct replicas *replicas, uint64_t bytes);
/* Tells the engine how much room there is, when that changed; first when the survey of the disk is over. */
void replicas_tell_room(struct replicas *replicas);
uint64_t replicas_disk_free(const struct replicas *replicas); /* bytes, as last looked at; UINT64_MAX: not yet */
