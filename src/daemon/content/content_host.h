/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The content of a node: what the engine decides about it meets the disk and the links here.
 *
 *     engine --action--> content_host --> fetch (one for each file under way) --> content_store
 *        ^                   |                                                        |
 *        '-----input---------+--> serving (objects on their way to peers) <-----------'
 *
 * Owns: the store, the fetches, what is collected and what is served.
 * Never: feeds the engine from within a call of content_host_* (the engine may be at work): later, on the loop.
 * Full: see content_store.h, serving.h; the engine bounds the rest. */

#include "daemon/content/fetch.h"
#include "daemon/content/serving.h"

struct content_host;

struct content_host_options {
    struct loop *loop; /* all borrowed until content_host_close */
    const char *folder;
    uint64_t bytes_max;
    void (*feed)(void *context, const struct input *input);
    void (*send)(void *context, uint32_t link, uint8_t type, struct span body);
    size_t (*unsent)(void *context, uint32_t link);
    void (*emit)(void *context, const struct event *event);
    void *context;
};
MUST_USE enum err content_host_open(struct content_host **host, const struct content_host_options *options,
                                    struct err_detail *detail);
void content_host_start(struct content_host *host); /* what is on the disk is told to the engine, by and by */
void content_host_close(struct content_host *host); /* waits for the disk; accepts NULL */

void content_host_perform(struct content_host *host, const struct action *action); /* one of the content actions */
void content_host_drained(struct content_host *host, uint32_t link);

/* The file is wanted here. Called again it changes nothing. */
void content_host_want(struct content_host *host, const struct object_id *file);
struct content_store *content_host_store(const struct content_host *host); /* borrowed */
/* Files under way. */
void content_host_each_fetch(const struct content_host *host,
                             void (*take)(void *context, const struct object_id *file,
                                          const struct fetch_progress *progress),
                             void *context);
