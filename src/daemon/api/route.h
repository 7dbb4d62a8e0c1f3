/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The routes, as defs/routes.def and defs/services.def have them: who may call, what does it, what it takes and gives.
 * Owns: nothing. */

#include "daemon/api/guard.h"

struct api;

/* What goes in and out when all is well. */
struct route_shape {
    int status;
    const char *media[2]; /* NULL: no body */
    const char *schema;   /* of the JSON; NULL: it is no JSON, or not told of */
    bool may_be_null;
    bool is_file;    /* the same for everybody, with an ETag */
    bool has_ranges; /* 206 when a part is asked for */
    bool is_stream;
    bool is_upload;   /* its body may be of any size, and is taken piece by piece */
    const char *body; /* schema of the request's body; NULL: it takes none */
    const char *also; /* other statuses that are no problem details, with blanks between */
    const char *also_schema;
};
struct route {
    const char *method;
    const char *path;
    const char *name; /* several routes may be done by one function */
    enum guard_access access;
    struct route_shape shape;
    const char *summary;
    void (*answer)(struct api *api, struct http_exchange *exchange); /* NULL: it is the services listener's */
};
enum {
#define ROUTE(METHOD, path, name, ACCESS, SHAPE, summary) +1
    ROUTE_COUNT = 0
#include "routes.def"
#undef ROUTE
    ,
#define SERVICE(METHOD, path, name, SHAPE, summary) +1
    SERVICE_COUNT = 0
#include "services.def"
#undef SERVICE
};
extern const struct route routes[ROUTE_COUNT];
extern const struct route services[SERVICE_COUNT];

enum { ROUTE_ALLOW_SIZE = 64 };
/* NULL: no route takes this; `allow` then holds the methods that the path takes, if any. */
const struct route *route_find(struct span path, struct span method, char allow[ROUTE_ALLOW_SIZE]);
