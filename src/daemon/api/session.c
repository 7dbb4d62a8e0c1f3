/* SPDX-License-Identifier: Apache-2.0 */
/* The way in: the command line asks for a login code, the page trades it (or the API token) for a session. */
#include "base/json.h"
#include "daemon/api/session_token.h"
#include "daemon/api/state.h"

#include <inttypes.h>
#include <stdio.h>

enum { BODY_ARENA = 64 * 1024 }; /* the tree of the largest body that is let in */

struct made_code {
    const char *code;
    int64_t expires_at_ms;
};

static void write_code(struct buffer *out, void *context) {
    const struct made_code *made = context;
    struct json_writer w = json_writer_into(out);
    json_open_object(&w, NULL);
    json_put_text(&w, "code", made->code);
    json_put_integer(&w, "expiresAt", made->expires_at_ms);
    json_put_integer(&w, "lifetimeMs", CREDENTIAL_CODE_MS);
    json_close_object(&w);
}

void route_login_codes(struct api *api, struct http_exchange *exchange) {
    const char *code = credential_code_make(&api->credentials, &api->entropy, api_now_ms(api));
    api_look(api);
    struct made_code made = {code, api->look.wall_ms + CREDENTIAL_CODE_MS};
    api_answer_json(api, exchange, write_code, &made);
}

/* The token of {"token": "..."}; borrowed until the arena or the exchange goes. */
static bool token_of(struct span body, struct arena *arena, struct span *token) {
    enum json_fault fault;
    const struct json_value *object = json_parse(body, JSON_WIRE, arena, &fault, NULL);
    return json_as_string(json_member(object, "token"), token);
}

static bool may_enter(struct api *api, struct span token) {
    return credential_code_take(&api->credentials, token, api_now_ms(api)) ||
           credential_equal(token, span_of_text(api->token));
}

static void answer_with_cookie(struct api *api, struct http_exchange *exchange) {
    char cookie[256];
    const struct session_token session = session_token_make(&api->guard.sessions_key, &api->entropy, api_wall_ms(api));
    /* Without a Path it is the folder of this very call as the browser sees it: a proxy may have put another before it.
     */
    (void)snprintf(cookie, sizeof cookie, "%s=%s; HttpOnly; SameSite=Strict; Max-Age=%d%s", api->cookie_name,
                   session.text, SESSION_TOKEN_MS / 1000, http_is_secure(exchange) ? "; Secure" : "");
    const struct http_header_line headers[] = {{"Set-Cookie", cookie}, {"Cache-Control", "no-store"}};
    http_answer(exchange, &(struct http_reply){.status = 204, .headers = headers, .header_count = 2});
}

void route_session(struct api *api, struct http_exchange *exchange) {
    max_align_t memory[BODY_ARENA / sizeof(max_align_t)];
    struct arena arena = arena_over(memory, sizeof memory);
    struct span token;
    if (!token_of(http_body(exchange), &arena, &token)) {
        api_refuse(api, exchange, PROBLEM_BODY, NULL);
    } else if (!may_enter(api, token)) {
        api_refuse(api, exchange, PROBLEM_LOGIN, NULL);
    } else {
        answer_with_cookie(api, exchange);
    }
}
