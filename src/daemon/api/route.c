/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/api/route.h"

#include "base/must.h"
#include "daemon/api/state.h"

#include <stdio.h>
#include <string.h>

/* The words of the tables. */
#define JSON(Name)         .status = 200, .media = {"application/json"}, .schema = #Name
#define JSON_OR_NULL(Name) JSON(Name), .may_be_null = true
#define TEXT_AS(...)       .status = 200, .media = {__VA_ARGS__}
#define FILE(...)          .status = 200, .media = {__VA_ARGS__}, .is_file = true
#define RANGES(...)        .status = 200, .media = {__VA_ARGS__}, .has_ranges = true
#define ACCEPTED(Name)     .status = 202, .media = {"application/json"}, .schema = #Name
#define STREAM             .status = 200, .media = {"text/event-stream"}, .is_stream = true
#define CREATED(Name)      .status = 201, .media = {"application/json"}, .schema = #Name
#define UPLOAD             , .is_upload = true
#define NO_CONTENT         .status = 204
#define TAKES(Name)        , .body = #Name
#define OR(statuses, Name) , .also = (statuses), .also_schema = #Name

const struct route routes[ROUTE_COUNT] = {
#define ROUTE(METHOD, path, name, ACCESS, SHAPE, summary)                                                              \
    {METHOD, path, #name, GUARD_ACCESS_##ACCESS, {SHAPE}, summary, route_##name},
#include "routes.def"
#undef ROUTE
};
const struct route services[SERVICE_COUNT] = {
#define SERVICE(METHOD, path, name, SHAPE, summary) {METHOD, path, #name, GUARD_ACCESS_OPEN, {SHAPE}, summary, NULL},
#include "services.def"
#undef SERVICE
};

static bool takes_method(const struct route *route, struct span method) {
    bool is_head = span_equal_text(method, "HEAD") && strcmp(route->method, "GET") == 0;
    return is_head || span_equal_text(method, route->method);
}

/* A part of the pattern in braces stands for any one part that is not empty. */
static bool path_matches(struct span path, const char *pattern) {
    size_t at = 0;
    while (*pattern != '\0') {
        if (*pattern == '{') {
            const size_t begin = at;
            while (at < path.size && path.at[at] != '/') at++;
            if (at == begin) return false;
            pattern += strcspn(pattern, "}") + 1;
        } else if (at == path.size || path.at[at++] != (uint8_t)*pattern++) {
            return false;
        }
    }
    return at == path.size;
}

/* Such a path is none of a pattern that would take it, too. */
static bool is_spelled_out(struct span path) {
    for (size_t i = 0; i < ROUTE_COUNT; i++)
        if (span_equal_text(path, routes[i].path)) return true;
    return false;
}

const struct route *route_find(struct span path, struct span method, char allow[ROUTE_ALLOW_SIZE]) {
    size_t size = 0;
    const bool is_exact = is_spelled_out(path);
    allow[0] = '\0';
    for (size_t i = 0; i < ROUTE_COUNT; i++) {
        if (!path_matches(path, routes[i].path)) continue;
        if (is_exact && !span_equal_text(path, routes[i].path)) continue;
        if (takes_method(&routes[i], method)) return &routes[i];
        bool is_get = strcmp(routes[i].method, "GET") == 0;
        size += (size_t)snprintf(allow + size, ROUTE_ALLOW_SIZE - size, "%s%s", size == 0 ? "" : ", ",
                                 is_get ? "GET, HEAD" : routes[i].method);
        must(size < ROUTE_ALLOW_SIZE);
    }
    return NULL;
}
