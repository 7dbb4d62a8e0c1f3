/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The inside of the API, for the files of this folder alone. */

#include "daemon/api/api.h"
#include "daemon/api/content_calls.h"
#include "daemon/api/credential.h"
#include "daemon/api/disk_calls.h"
#include "daemon/api/draft.h"
#include "daemon/api/guard.h"
#include "daemon/api/history_calls.h"
#include "daemon/api/look.h"
#include "daemon/api/operation_calls.h"
#include "daemon/api/post_calls.h"
#include "daemon/api/query.h"
#include "daemon/api/route.h"
#include "daemon/api/stream.h"
#include "daemon/api/upload_calls.h"
#include "daemon/http/http.h"

enum {
    API_HEAD_BYTES_MAX = 16 * 1024, /* browsers send every cookie of "localhost", whichever port set it */
    API_BODY_BYTES_MAX = 8 * 1024,  /* the largest body we read is an operation */
    API_REQUEST_MS_MAX = 10 * 1000,
    API_IDLE_MS_MAX = 60 * 1000,
    API_CONNECTIONS_MAX = 128,
    API_TICK_MS = 1000,
    API_REFUSED_EVERY_MS = 1000,
};

struct api {
    struct api_options options; /* token and hosts point to our copies below */
    char token[65];
    char **hosts;
    char cookie_name[16]; /* "skep-q7fkm2xa": two nodes on one machine share "localhost" and its cookies */
    struct http_server *server;
    struct entropy entropy;
    struct credential_table credentials;
    struct guard guard;
    struct look look;
    struct draft draft;
    struct stream_set streams;
    struct operation_call *calls;       /* that wait until what they asked for is written down */
    struct upload_call *uploads;        /* that come in */
    struct content_call *content_calls; /* that publish or read */
    struct post_call *post_calls;       /* that write posts or list them */
    struct disk_call *disk_calls;       /* that wait for the disk */
    struct history_call *look_backs;    /* that wait until what they asked for is read */
    struct loop_timer *timer;
    uint32_t tick;
    int64_t refused_at_ms;  /* when we said so last */
    uint32_t refused_since; /* refusals nobody was told of */
    uint64_t refused[PROBLEM_COUNT];
};

int64_t api_now_ms(const struct api *api);
int64_t api_wall_ms(const struct api *api);
void api_look(struct api *api); /* api->look becomes that of now, without its peers */
/* 200, with what `write` writes. */
void api_answer_json(struct api *api, struct http_exchange *exchange, void (*write)(struct buffer *out, void *context),
                     void *context);
/* The same with 201 or 202. */
void api_answer_json_as(struct api *api, struct http_exchange *exchange, int status,
                        void (*write)(struct buffer *out, void *context), void *context);
/* Answers with the problem, and tells the caretaker when it looks like somebody who should not be here. */
void api_refuse(struct api *api, struct http_exchange *exchange, enum problem problem, const struct problem_note *note);
/* What /readyz says; `failing`, unless NULL, names the check that fails. */
bool api_is_ready(const struct api *api, const char **failing);
/* False: the query asks for what there is not, and the caller was told what it should be. */
bool api_query_is_good(struct api *api, struct http_exchange *exchange, const struct query *query);

#define ROUTE(METHOD, path, name, ACCESS, SHAPE, summary)                                                              \
    void route_##name(struct api *api, struct http_exchange *exchange);
#include "routes.def"
#undef ROUTE
