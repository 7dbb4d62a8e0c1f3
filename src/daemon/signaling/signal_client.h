/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Being found through a signaling server (PeerServer protocol): one of several is in use, the others stand by. Which
 * one, when to try again and when to change is swarm/signaling/endpoint_set's to say; this carries it out. Owns: its
 * WebSocket and its timers. Never: decides; drops anybody's data connection because the server went. Threads: the
 * loop's alone.   Spec: reference 7.1, 7.2 (W35 not repeated), WIRE W14. */

#include "base/err.h"
#include "daemon/loop/loop.h"
#include "swarm/signaling/endpoint_set.h"
#include "swarm/signaling/signal_message.h"

struct signal_client;

struct signal_client_options {
    struct loop *loop;
    struct client_streams *streams; /* borrowed until signal_client_free */
    const char *const *urls;        /* http(s) or ws(s), with a path or none; copied */
    size_t url_count;
    const char *peer_id;           /* copied */
    const struct signing_key *key; /* whose id it is: shows a proof (W14); NULL: a random token. Borrowed */
    uint64_t seed;                 /* of back-off's jitter */
    void (*message)(void *context, const struct signal_message *message);
    /* Anything of signal_client_look has changed. */
    void (*changed)(void *context);
    void *context;
};

MUST_USE enum err signal_client_new(struct signal_client **client, const struct signal_client_options *options,
                                    struct err_detail *detail);
/* False: no server is in use just now, or too much waits; nothing was sent. */
bool signal_client_send(struct signal_client *client, const struct signal_message *message);
const struct endpoint_set *signal_client_look(const struct signal_client *client);
void signal_client_stop(struct signal_client *client); /* the caretaker's; connections of data stay */
void signal_client_resume(struct signal_client *client);
bool signal_client_use(struct signal_client *client, size_t endpoint); /* the caretaker's choice; SIZE_MAX: any again */
void signal_client_free(struct signal_client *client);                 /* accepts NULL */
