/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The engine in the daemon: feeds it what links, beacons, disk and clock bring, and does what it asks for.
 * Owns: the engine, its queue of actions, the links of both kinds, the content, the look-ups of its peers' names, the
 * deadline timer, the look at links and clock once a second. Never: decides; the only place that knows both sides. */

#include "daemon/content/content_host.h"
#include "daemon/event_log.h"
#include "daemon/link/link.h"
#include "daemon/peer_name.h"
#include "daemon/rendezvous/beacon_client.h"
#include "daemon/signaled_link/signaled_link_set.h"
#include "daemon/store/store.h"
#include "swarm/engine.h"

struct engine_host;

struct engine_host_options {
    struct loop *loop; /* all borrowed until engine_host_free */
    struct store *store;
    struct event_log *events;
    struct http_client *http;
    const struct engine_options *engine; /* copied by the engine; its operator_peers are those of `peers` */
    const struct peer_name *peers;
    size_t peer_count;
    const struct signing_key *key;
    const struct signing_key *user_key;
    const struct community_secret *community; /* NULL: there is none */
    const char *folder;                       /* the data folder, for content; NULL: this node moves none */
    uint64_t storage_max;                     /* bytes of content it may keep; 0 = as many as the disk holds */
    /* This node is to listen before it speaks when it starts again, or not any more. */
    void (*marked)(void *context, bool is_marked);
    uint64_t upload_rate, scrub_rate; /* as content_host_options has them */
    /* What controls allow may have changed; at least once a second, since not all of it are controls. May be NULL. */
    void (*switched)(void *context);
    /* The last link is gone after engine_host_stop, or time is up. */
    void (*stopped)(void *context);
    void *context;
};
MUST_USE enum err engine_host_new(struct engine_host **host, const struct engine_host_options *options,
                                  struct err_detail *detail);
void engine_host_free(struct engine_host *host); /* accepts NULL */
MUST_USE enum err engine_host_listen(struct engine_host *host, const struct address *at, struct address *bound,
                                     struct err_detail *detail);
/* Reads the book and the pins from the store, and begins. Where we can be dialled is told before (surroundings). */
MUST_USE enum err engine_host_start(struct engine_host *host, struct err_detail *detail);
void engine_host_feed(struct engine_host *host, const struct input *input);
/* What the caretaker asks for (`request`), keeps or reverts. What comes of it stands in engine_view.h, synced at the
 * latest when store_when_synced, asked behind it, says so. */
enum operation_answer engine_host_operate(struct engine_host *host, enum operation_verb verb, uint64_t id,
                                          const struct operation_request *request);
struct content_host *engine_host_content(const struct engine_host *host); /* NULL: it moves none; borrowed */
/* Asks the other end of a link how it sees it; an event FAR_END tells when that has ended. */
enum examine_answer engine_host_examine(struct engine_host *host, const struct node_id *peer);
/* From now on peers can be called, and call, through this PeerJS peer (borrowed until engine_host_free), whose
 * callbacks have to come to the set: engine_host_signaled. */
void engine_host_join_signaling(struct engine_host *host, struct peerjs_peer *peer);
struct signaled_link_set *engine_host_signaled(const struct engine_host *host); /* NULL: not joined; borrowed */
void engine_host_tell_signaling(struct engine_host *host, bool is_on);          /* there is a server in use */
/* Goodbyes on every link; `stopped` comes within 3 s. */
void engine_host_stop(struct engine_host *host);
uint64_t engine_host_callers_over_rate(const struct engine_host *host);  /* see link.h */
const struct engine *engine_host_engine(const struct engine_host *host); /* borrowed until engine_host_free */
