/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The API listener: the dashboard's page, the snapshot, the stream and the lists, for the caretaker and the command
 * line.
 * Owns: its HTTP server, sessions and streams.
 * Never: answers without a token or session (but for /healthz, /readyz, the page's shell and the API's document), to
 * a foreign Host or Origin; changes the engine; holds a caller's text in a log unescaped.
 * Full: 16 streams, then 503; sessions at 64, then the oldest goes; login codes at 16, likewise.
 * Spec: CONTRACT 5 and 6, docs/developers/api.md. The routes are defs/routes.def. */

#include "base/json_writer.h"
#include "daemon/event_log.h"
#include "daemon/http/http_forwarded.h"
#include "daemon/http/http_place.h"
#include "daemon/loop/loop.h"
#include "swarm/engine_view.h"
#include "swarm/rendezvous/beacon.h"

struct api;
struct doctor;
struct endpoint_set;
struct history;
struct metric_sheet;

/* What the node is besides its engine. */
struct api_facts {
    char roles[8][16];
    size_t role_count;
    bool has_listen, has_serve;
    struct address listen;
    struct http_place serve;
    const char *lacks; /* a capability without which the process takes no part; NULL: none. Borrowed */
};
struct api_options {
    struct loop *loop;
    struct http_place at;
    struct http_trust trust;  /* proxies that are believed about their clients */
    const char *token;        /* 64 hex characters; copied */
    const char *const *hosts; /* more Host names that are ours; copied */
    size_t host_count;
    const struct engine *engine;                           /* borrowed until api_free */
    struct event_log *events;                              /* borrowed until api_free */
    struct content_host *content;                          /* the same; NULL: this process moves no files */
    struct history *history;                               /* the same; told of each look; NULL: none is kept */
    struct doctor *doctor;                                 /* the same; NULL: it takes no part, and has no peers */
    struct api_facts facts;                                /* copied */
    bool (*is_ready)(void *context, const char **failing); /* for /readyz: names the check that fails */
    const char *(*disk_trouble)(void *context, int64_t *since_ms); /* what the disk refuses; NULL: nothing */
    const struct endpoint_set *(*look_signaling)(void *context);   /* NULL, or it gives NULL: none is configured */
    const struct ice_servers *(*look_ice)(void *context);          /* the same */
    /* What the caretaker asks for, keeps or reverts; then when_synced tells when it is written down. */
    enum operation_answer (*operate)(void *context, enum operation_verb verb, uint64_t id,
                                     const struct operation_request *request);
    void (*when_synced)(void *context, void (*done)(void *waiting, bool is_synced), void *waiting);
    void (*forget_waiting)(void *context, const void *waiting);
    void (*write_config)(void *context, struct json_writer *w);        /* members of the open object; NULL: none */
    void (*reload)(void *context);                                     /* reads the configuration again */
    void (*write_reload)(void *context, struct json_writer *w);        /* what came of it: members, as above */
    bool (*count_beacon)(void *context, struct beacon_counts *counts); /* false or NULL: there is no beacon */
    void (*measure)(void *context, struct metric_sheet *sheet); /* adds what the API does not know; may be NULL */
    void *context;
};
MUST_USE enum err api_new(struct api **api, const struct api_options *options, struct http_place *bound,
                          struct err_detail *detail);
void api_set_hosts(struct api *api, const char *const *hosts, size_t count); /* from now on; copied */
void api_set_trust(struct api *api, const struct http_trust *trust);
void api_free(struct api *api); /* accepts NULL */
