/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Being found through a signaling server (PeerServer protocol): one of several is in use, the others stand by. Which
 * one, when to try again and when to change is swarm/signaling/endpoint_set's to say; this carries it out. Owns: its
 * WebSocket and its timer. Never: decides; drops anybody's data connection because the server went; believes of a
 * sender more than what the server says.
 * Full: a message over SIGNAL_RELAYED_SIZE_MAX ends the connection; a server that sends more than SIGNAL_CLIENT_RATE a
 * second in the long run is not listened to beyond that, and it is counted; what waits over SIGNAL_CLIENT_WAITING_MAX
 * is not sent. Threads: the loop's alone.   Spec: reference 7.1, 7.2 (W35 not repeated), WIRE W14. */

#include "base/err.h"
#include "crypto/sign.h"
#include "daemon/event_log.h"
#include "daemon/loop/loop.h"
#include "swarm/signaling/endpoint_set.h"
#include "swarm/signaling/signal_message.h"

struct signal_client;
struct client_streams;

enum { SIGNAL_CLIENT_RATE = 200, SIGNAL_CLIENT_BURST = 1000, SIGNAL_CLIENT_WAITING_MAX = 262144 };

struct signal_client_options {
    struct loop *loop;
    struct client_streams *streams; /* borrowed until signal_client_free */
    struct event_log *events;       /* the same; NULL: nobody is told */
    const char *const *urls;        /* each endpoint_url_is_valid; copied */
    size_t url_count;
    size_t remembered;             /* the one that worked last; ENDPOINT_NONE: nobody knows */
    const char *peer_id;           /* copied; at most SIGNAL_ID_SIZE_MAX bytes */
    const struct signing_key *key; /* whose id it is: shows a proof (W14); NULL: a random token. Borrowed */
    uint64_t seed;                 /* of back-off's jitter */
    /* From one client to another; kinds up to SIGNAL_EXPIRE. May be NULL. It may send. */
    void (*message)(void *context, const struct signal_message *message);
    void (*changed)(void *context); /* anything of signal_client_look; may be NULL */
    void *context;
};
struct signal_counts {
    uint64_t attempts; /* connections tried */
    uint64_t opened;
    uint64_t faults; /* attempts that came to nothing, and connections that were lost */
    uint64_t sent;   /* messages to others */
    uint64_t came;
    uint64_t refused; /* what a server sent and could not be understood */
    uint64_t dropped; /* what it sent over the rate */
};

MUST_USE enum err signal_client_new(struct signal_client **client, const struct signal_client_options *options,
                                    struct err_detail *detail);
/* False: no server is in use just now, it is on hold, or too much waits; nothing was sent. */
bool signal_client_send(struct signal_client *client, const struct signal_message *message);
const struct endpoint_set *signal_client_look(const struct signal_client *client);
struct signal_counts signal_client_count(const struct signal_client *client);
void signal_client_stop(struct signal_client *client); /* the caretaker's; connections of data stay */
void signal_client_resume(struct signal_client *client);
/* Nothing but staying known there: no message passes in either direction. */
void signal_client_hold(struct signal_client *client, bool is_held);
/* The caretaker's choice; ENDPOINT_NONE: the best. False: there is no such one. */
bool signal_client_use(struct signal_client *client, size_t endpoint);
/* Nobody waits any longer, and the one in use is asked for a sign of life: the network changed. Nothing is told from
 * within, so that whoever listens to events may call it. */
void signal_client_retry(struct signal_client *client);
void signal_client_free(struct signal_client *client); /* accepts NULL; `changed` is not called */
