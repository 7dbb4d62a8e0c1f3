/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/api/guard.h"

#include "daemon/api/credential.h"
#include "daemon/api/session_token.h"

#include <string.h>
#include <strings.h>

struct guard_request guard_request_of(const struct http_exchange *exchange) {
    return (struct guard_request){
        .method = http_method(exchange),
        .host = http_header(exchange, "host"),
        .has_origin = http_has_header(exchange, "origin"),
        .origin = http_header(exchange, "origin"),
        .authorization = http_header(exchange, "authorization"),
        .cookie = http_header(exchange, "cookie"),
        .fetch_site = http_header(exchange, "sec-fetch-site"),
        .skep_request = http_header(exchange, "x-skep-request"),
    };
}

/* ---- Texts ---- */

static bool take_prefix(struct span *text, const char *prefix) {
    size_t size = strlen(prefix);
    if (text->size < size || strncasecmp((const char *)text->at, prefix, size) != 0) return false;
    *text = (struct span){text->at + size, text->size - size};
    return true;
}

/* ---- Host and Origin ---- */

static bool is_port(struct span text) {
    for (size_t i = 0; i < text.size; i++)
        if (text.at[i] < '0' || text.at[i] > '9') return false;
    return text.size <= 5;
}

/* "name:8780" or "[::1]:8780" without its port, and without the brackets. */
static bool host_name_of(struct span host, struct span *name) {
    if (host.size > 0 && host.at[0] == '[') {
        struct span rest = {host.at + 1, host.size - 1};
        *name = span_take_until(&rest, ']');
        if (name->size + 1 == host.size) return false; /* never closed */
        return rest.size == 0 || (rest.at[0] == ':' && is_port((struct span){rest.at + 1, rest.size - 1}));
    }
    *name = span_take_until(&host, ':');
    return name->size > 0 && is_port(host);
}

static bool is_own_address(const struct guard *guard, struct span name) {
    struct address address;
    if (!address_read_ip(name, &address)) return false;
    return address_scope(&address) == ADDRESS_SCOPE_LOOPBACK || address_same_ip(&address, &guard->bound);
}

static bool is_listed_host(const struct guard *guard, struct span host, struct span name) {
    for (size_t i = 0; i < guard->host_count; i++) {
        struct span listed = span_of_text(guard->hosts[i]);
        if (span_equal_ignoring_case(listed, host) || span_equal_ignoring_case(listed, name)) return true;
    }
    return false;
}

enum problem guard_check_host(const struct guard *guard, const struct guard_request *request) {
    struct span name;
    if (!host_name_of(request->host, &name)) return PROBLEM_HOST;
    bool is_ours = span_equal_ignoring_case(name, SPAN_LITERAL("localhost")) || is_own_address(guard, name) ||
                   is_listed_host(guard, request->host, name);
    return is_ours ? PROBLEM_NONE : PROBLEM_HOST;
}

/* https, too: a proxy in front of us may speak it. */
static bool is_own_origin(const struct guard_request *request) {
    struct span host = request->origin;
    if (!take_prefix(&host, "http://") && !take_prefix(&host, "https://")) return false;
    return span_equal_ignoring_case(host, request->host);
}

/* ---- Credentials ---- */

static bool is_session(const struct guard *guard, struct span cookie, int64_t wall_ms, bool *is_old) {
    while (cookie.size > 0) {
        struct span value = span_trimmed(span_take_until(&cookie, ';'));
        struct span name = span_take_until(&value, '=');
        if (!span_equal_text(name, guard->cookie_name)) continue;
        if (session_token_is_good(&guard->sessions_key, value, wall_ms)) return true;
        *is_old = true;
    }
    return false;
}

static bool is_token(const struct guard *guard, struct span authorization) {
    return take_prefix(&authorization, "Bearer ") &&
           credential_equal(span_trimmed(authorization), span_of_text(guard->token));
}

static bool only_reads(const struct guard_request *request) {
    return span_equal_text(request->method, "GET") || span_equal_text(request->method, "HEAD");
}

static enum problem check_own_page(const struct guard_request *request) {
    if (only_reads(request)) {
        bool is_ours = request->fetch_site.size == 0 || span_equal_text(request->fetch_site, "same-origin") ||
                       span_equal_text(request->fetch_site, "none");
        return is_ours ? PROBLEM_NONE : PROBLEM_CROSS_SITE;
    }
    if (!request->has_origin) return PROBLEM_ORIGIN_MISSING;
    return span_equal_text(request->skep_request, "1") ? PROBLEM_NONE : PROBLEM_HEADER_MISSING;
}

static enum problem check_token(const struct guard *guard, const struct guard_request *request) {
    if (request->authorization.size == 0) return PROBLEM_TOKEN_MISSING;
    return is_token(guard, request->authorization) ? PROBLEM_NONE : PROBLEM_TOKEN_WRONG;
}

static enum problem check_caller(const struct guard *guard, const struct guard_request *request, int64_t wall_ms) {
    bool is_old = false;
    if (request->authorization.size > 0) return check_token(guard, request);
    if (is_session(guard, request->cookie, wall_ms, &is_old)) return check_own_page(request);
    return is_old ? PROBLEM_SESSION_OVER : PROBLEM_TOKEN_MISSING;
}

enum problem guard_check(const struct guard *guard, const struct guard_request *request, enum guard_access access,
                         int64_t wall_ms) {
    if (access == GUARD_ACCESS_OPEN) return PROBLEM_NONE;
    if (request->has_origin && !is_own_origin(request)) return PROBLEM_ORIGIN;
    switch (access) {
    case GUARD_ACCESS_LOGIN: return span_equal_text(request->skep_request, "1") ? PROBLEM_NONE : PROBLEM_HEADER_MISSING;
    case GUARD_ACCESS_TOKEN: return check_token(guard, request);
    case GUARD_ACCESS_CALLER: return check_caller(guard, request, wall_ms);
    case GUARD_ACCESS_OPEN: break;
    }
    return PROBLEM_NONE;
}
