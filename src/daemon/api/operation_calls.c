/* SPDX-License-Identifier: Apache-2.0 */
/* POST /api/v1/operations {action, target?, params?, forMs?, confirmWithinMs?, reason?, dryRun?}, and /{id}/confirm and
 * /{id}/revert. What changes something is answered when it is written down: 202 with the operation as it is then. */
#include "daemon/api/operation_calls.h"

#include <string.h>

#include "base/encoding.h"
#include "base/json.h"
#include "base/memory.h"
#include "daemon/api/control_json.h"
#include "daemon/api/state.h"

enum { BODY_ARENA = 64 * 1024, ID_TEXT_SIZE = 16, DAY_MS = 86400000, FOR_DAYS_MAX = 365 };
/* Of all connections some must be left to look with, when the disk hangs and those who asked wait. */
enum { CALLS_MAX = API_CONNECTIONS_MAX / 4 };

/* ---- Waiting until it is written down ---- */

struct operation_call {
    struct operation_call *next;
    struct api *api;
    struct http_exchange *exchange;
    enum operation_verb verb;
    uint64_t id;
    bool has_failed; /* and waits until that is written too */
};

static void unlink_call(struct operation_call *call) {
    struct operation_call **place = &call->api->calls;
    while (*place != call) place = &(*place)->next;
    *place = call->next;
}

static void write_view(struct buffer *out, void *context) {
    struct json_writer w = json_writer_into(out);
    control_write_operation(&w, NULL, context);
}

static void call_end(struct operation_call *call) {
    unlink_call(call);
    http_set_user(call->exchange, NULL);
    memory_free(call);
}

/* Why it cannot be said to be done; NULL: it can. */
static const char *shortcoming(const struct operation_call *call, const struct operation_view *view, bool is_synced) {
    const enum operation_state state = view->operation.state;
    if (call->verb == OPERATION_ASK && state == OPERATION_FAILED)
        return "Nothing was changed: what is done must be written down first. Is the disk full?";
    if (call->verb == OPERATION_KEEP && state == OPERATION_AWAITING)
        return "It is not kept, and still goes back by itself. Is the disk full?";
    if (call->verb == OPERATION_REVERT && !is_synced)
        return "It is taken back now, but a restart may bring it again. Is the disk full?";
    return NULL;
}

/* Others may be before it; and that it failed must be on the disk before it is told, or it could come true later. */
static bool waits_on(struct operation_call *call, const struct operation_view *view, bool is_synced) {
    if (view->operation.state == OPERATION_PENDING || view->is_keeping) return true;
    const bool is_news = view->operation.state == OPERATION_FAILED && !call->has_failed && is_synced;
    call->has_failed |= is_news;
    return is_news;
}

static void settle(void *context, bool is_synced) {
    struct operation_call *call = context;
    struct api *api = call->api;
    struct http_exchange *exchange = call->exchange;
    struct operation_view view;
    const bool is_there = engine_view_operation(api->options.engine, call->id, &view);
    if (is_there && waits_on(call, &view, is_synced)) {
        api->options.when_synced(api->options.context, settle, call);
        return;
    }
    const char *detail = is_there ? shortcoming(call, &view, is_synced) : NULL;
    const struct problem_note note = {.detail = detail == NULL ? SPAN_NONE : span_of_text(detail)};
    const bool was_kept_late = is_there && call->verb == OPERATION_KEEP && view.operation.state != OPERATION_CONFIRMED;
    call_end(call);
    if (!is_there)
        api_refuse(api, exchange, PROBLEM_OPERATION_ABSENT, NULL);
    else if (detail != NULL)
        api_refuse(api, exchange, PROBLEM_NOT_WRITTEN, &note);
    else if (was_kept_late)
        api_refuse(api, exchange, PROBLEM_OPERATION_OVER, NULL);
    else
        api_answer_json_as(api, exchange, 202, write_view, &view);
}

static size_t count_calls(const struct api *api) {
    size_t count = 0;
    for (const struct operation_call *call = api->calls; call != NULL; call = call->next) count++;
    return count;
}

static void wait_for(struct api *api, struct http_exchange *exchange, enum operation_verb verb, uint64_t id) {
    struct operation_call *call = memory_zeroed(1, sizeof *call);
    *call = (struct operation_call){.next = api->calls, .api = api, .exchange = exchange, .verb = verb, .id = id};
    api->calls = call;
    http_set_user(exchange, call);
    api->options.when_synced(api->options.context, settle, call);
}

void operation_calls_gone(struct api *api, struct http_exchange *exchange) {
    struct operation_call *call = api->calls;
    while (call != NULL && call->exchange != exchange) call = call->next;
    if (call == NULL) return;
    api->options.forget_waiting(api->options.context, call);
    unlink_call(call);
    memory_free(call);
}

void operation_calls_forget_all(struct api *api) {
    while (api->calls != NULL) {
        struct operation_call *call = api->calls;
        api->calls = call->next;
        api->options.forget_waiting(api->options.context, call);
        memory_free(call);
    }
}

/* ---- Asking ---- */

static enum problem problem_of(enum operation_answer answer) {
    switch (answer) {
    case OPERATION_ASKED:
    case OPERATION_KNOWN:
    case OPERATION_DONE: return PROBLEM_NONE;
    case OPERATION_OTHER: return PROBLEM_KEY_USED;
    case OPERATION_NO_ROOM: return PROBLEM_OPERATIONS_FULL;
    case OPERATION_ABSENT: return PROBLEM_OPERATION_ABSENT;
    case OPERATION_TOO_LATE: return PROBLEM_OPERATION_OVER;
    case OPERATION_FORBIDDEN: return PROBLEM_CALL_FORBIDDEN;
    case OPERATION_BLOCKED: return PROBLEM_CALL_BLOCKED;
    case OPERATION_NO_ADDRESS: return PROBLEM_CALL_NOWHERE;
    case OPERATION_LINKED: return PROBLEM_LINK_THERE;
    case OPERATION_NOT_LINKED: return PROBLEM_LINK_ABSENT;
    case OPERATION_BUSY: return PROBLEM_CALLS_FULL;
    case OPERATION_NOBODY_TO_ASK: return PROBLEM_NOBODY_TO_ASK;
    }
    return PROBLEM_OPERATION_ABSENT;
}

static void refuse_detail(struct api *api, struct http_exchange *exchange, const char *detail) {
    const struct problem_note note = {.detail = span_of_text(detail)};
    api_refuse(api, exchange, PROBLEM_OPERATION_MALFORMED, &note);
}

/* A body as it is asked; texts are copies. */
struct ask {
    enum control control;
    struct control_target target;
    uint8_t direction;
    int64_t for_ms, confirm_ms;
    bool is_dry_run;
    char reason[OPERATION_REASON_MAX + 1];
    char key[OPERATION_KEY_MAX + 1];
};

static bool read_span_ms(const struct json_value *body, const char *name, int64_t *ms) {
    const struct json_value *value = json_member(body, name);
    *ms = 0;
    return value == NULL || value->kind == JSON_NULL || json_as_integer(value, 1, (int64_t)FOR_DAYS_MAX * DAY_MS, ms);
}

static bool read_reason(const struct json_value *body, struct ask *ask) {
    const struct json_value *value = json_member(body, "reason");
    struct span text;
    if (value == NULL || value->kind == JSON_NULL) return true;
    return json_as_string(value, &text) && span_copy_text(text, ask->reason, sizeof ask->reason);
}

/* NULL: it is not there, or null. */
static const struct json_value *member_of(const struct json_value *object, const char *name) {
    const struct json_value *value = json_member(object, name);
    return value == NULL || value->kind == JSON_NULL ? NULL : value;
}

/* By its node, by a user that is proven, by a claim (both), or by where it lives, if need be with who is to be there.
 */
static bool read_target(const struct json_value *target, struct control_target *into) {
    const struct json_value *node = member_of(target, "nodeId"), *user = member_of(target, "userId"),
                            *address = member_of(target, "address");
    struct span text;
    if (node != NULL && (!json_as_string(node, &text) || !node_id_read(text, &into->node_id))) return false;
    if (node != NULL && node_id_is_none(&into->node_id)) return false; /* nobody's */
    into->kind = address != NULL ? TARGET_ADDRESS
                 : user == NULL  ? TARGET_NODE
                 : node != NULL  ? TARGET_CLAIM
                                 : TARGET_USER;
    if (address != NULL) return user == NULL && json_as_string(address, &text) && address_read(text, &into->address);
    if (user == NULL) return node != NULL;
    return json_as_string(user, &text) && text.size > 0 && span_copy_text(text, into->user_id, sizeof into->user_id);
}

/* One that is configured, by its URL, or (null, or nothing at all) whichever is best. */
static const char *read_endpoint(const struct json_value *body, struct control_target *into) {
    const struct json_value *endpoint = member_of(json_member(body, "target"), "endpoint");
    struct span text;
    into->kind = TARGET_ENDPOINT;
    if (endpoint == NULL ||
        (json_as_string(endpoint, &text) && span_copy_text(text, into->endpoint, sizeof into->endpoint)))
        return NULL;
    return "target.endpoint is the URL of a signaling endpoint, as it is configured.";
}

static const char *read_what(const struct json_value *body, struct ask *ask) {
    const struct json_value *direction = json_member(json_member(body, "params"), "direction");
    struct span text;
    if (ask->control == CONTROL_SIGNALING_USE) return read_endpoint(body, &ask->target);
    const bool is_read =
        read_target(json_member(body, "target"), &ask->target) && control_takes_target(ask->control, ask->target.kind);
    if (!is_read && ask->control == CONTROL_LINK_CONNECT)
        return "It needs a target: {\"nodeId\"}, or {\"address\"} as an IP address and a port, or both.";
    if (!is_read && (ask->control == CONTROL_BLOCK_ADD || ask->control == CONTROL_BLOCK_REMOVE))
        return "It needs a target: {\"nodeId\"}, {\"userId\"}, or both for who only claims to be that user.";
    if (!is_read) return "It needs a target: {\"nodeId\"}.";
    ask->direction = ask->control == CONTROL_BLOCK_ADD ? BLOCK_ALL : 0;
    if (direction == NULL || ask->control != CONTROL_BLOCK_ADD) return NULL;
    return json_as_string(direction, &text) && block_direction_find(text, &ask->direction)
               ? NULL
               : "params.direction is in, out or all.";
}

/* A word that is not ours was meant to say something: `forMS` would else be a pause without end. */
static bool has_stranger(const struct json_value *body) {
    static const char *const known[] = {"action", "target", "params", "forMs", "confirmWithinMs", "reason", "dryRun"};
    for (size_t i = 0; i < body->count; i++) {
        size_t k = 0;
        while (k < sizeof known / sizeof known[0] && !span_equal_text(body->as.members[i].name, known[k])) k++;
        if (k == sizeof known / sizeof known[0]) return true;
    }
    return false;
}

/* NULL: it is good. */
static const char *read_ask(const struct json_value *body, struct ask *ask) {
    struct span action;
    const struct json_value *dry_run = json_member(body, "dryRun");
    if (has_stranger(body)) return "It has a member that is none of these.";
    if (!json_as_string(json_member(body, "action"), &action)) return "It needs an action, like \"pause.inbound\".";
    if (!control_find(action, &ask->control)) return "There is no such action; GET /api/v1/openapi.json lists them.";
    if (!read_span_ms(body, "forMs", &ask->for_ms)) return "forMs is a number of milliseconds, at most a year.";
    if (!read_span_ms(body, "confirmWithinMs", &ask->confirm_ms))
        return "confirmWithinMs is a number of milliseconds, at most a year.";
    if (dry_run != NULL && !json_as_boolean(dry_run, &ask->is_dry_run)) return "dryRun is true or false.";
    if (!read_reason(body, ask)) return "reason is a text of at most 200 bytes.";
    if (ask->for_ms > 0 && !control_may_end(ask->control)) return "It is done at once, so forMs means nothing.";
    if (ask->confirm_ms > 0 && !control_may_wait(ask->control))
        return "It needs not be kept, so confirmWithinMs means nothing.";
    return control_needs_target(ask->control) ? read_what(body, ask) : NULL;
}

static void write_impact(struct buffer *out, void *context) {
    const struct operation_impact *impact = context;
    struct json_writer w = json_writer_into(out);
    json_open_object(&w, NULL);
    json_open_object(&w, "impact");
    json_put_integer(&w, "linksCut", (int64_t)impact->links_cut);
    json_put_integer(&w, "linksLeft", (int64_t)impact->links_left);
    json_put_integer(&w, "transfersHurt", 0); /* there are none yet */
    json_put_integer(&w, "filesUnderTarget", 0);
    json_put_boolean(&w, "caretakerAccess", true); /* the API is no part of the swarm: it stays */
    json_close_object(&w);
    json_close_object(&w);
}

/* The door that it came through; who stood there the node cannot know. */
static const char *author_of(const struct http_exchange *exchange) {
    static const char own[] = "skep/";
    const struct span agent = http_header(exchange, "user-agent");
    if (!http_has_header(exchange, "authorization")) return "page";
    const bool is_own = agent.size >= sizeof own - 1 && memcmp(agent.at, own, sizeof own - 1) == 0;
    return is_own ? "command" : "api";
}

static struct operation_request request_of(const struct http_exchange *exchange, const struct ask *ask) {
    return (struct operation_request){.control = ask->control,
                                      .target = control_needs_target(ask->control) ? &ask->target : NULL,
                                      .direction = ask->direction,
                                      .for_ms = ask->for_ms,
                                      .confirm_ms = ask->confirm_ms,
                                      .author = author_of(exchange),
                                      .reason = ask->reason,
                                      .key = ask->key};
}

static void try_out(struct api *api, struct http_exchange *exchange, const struct ask *ask) {
    const struct operation_request request = request_of(exchange, ask);
    struct operation_impact impact = engine_view_impact(api->options.engine, &request);
    api_answer_json(api, exchange, write_impact, &impact);
}

static uint64_t new_id(struct api *api) {
    uint64_t id = 0;
    while (id == 0) entropy_fill(&api->entropy, (uint8_t *)&id, sizeof id);
    return id;
}

/* One that is configured; or, of several, whichever is best. */
static bool knows_endpoint(const struct api *api, const char *url) {
    const struct endpoint_set *set = api->look.signaling;
    bool is_known = set != NULL && url[0] == '\0';
    for (size_t i = 0; set != NULL && i < set->count; i++)
        is_known |= span_equal_text(span_of_text(url), set->rows[i].url);
    return is_known;
}

static void carry_out(struct api *api, struct http_exchange *exchange, const struct ask *ask) {
    const struct operation_request request = request_of(exchange, ask);
    uint64_t id = new_id(api);
    const enum operation_answer answer = api->options.operate(api->options.context, OPERATION_ASK, id, &request);
    if (answer == OPERATION_KNOWN) id = engine_view_operation_of_key(api->options.engine, ask->key);
    if (problem_of(answer) == PROBLEM_NONE)
        wait_for(api, exchange, OPERATION_ASK, id);
    else
        api_refuse(api, exchange, problem_of(answer), NULL);
}

/* A process that only serves has no links to switch, and its engine stands still. */
static bool may_operate(struct api *api, struct http_exchange *exchange) {
    const bool has_room = count_calls(api) < CALLS_MAX;
    api_look(api);
    if (!look_takes_part(&api->look))
        api_refuse(api, exchange, PROBLEM_NO_NODE, NULL);
    else if (!has_room)
        api_refuse(api, exchange, PROBLEM_OPERATIONS_FULL, NULL);
    return look_takes_part(&api->look) && has_room;
}

void route_operation_ask(struct api *api, struct http_exchange *exchange) {
    if (!may_operate(api, exchange)) return;
    max_align_t memory[BODY_ARENA / sizeof(max_align_t)];
    struct arena arena = arena_over(memory, sizeof memory);
    enum json_fault fault;
    struct ask ask = {0};
    const struct json_value *body = json_parse(http_body(exchange), JSON_WIRE, &arena, &fault, NULL);
    const bool has_key = span_copy_text(http_header(exchange, "idempotency-key"), ask.key, sizeof ask.key);
    const char *complaint = body == NULL || body->kind != JSON_OBJECT ? "The body is no JSON object." : NULL;
    if (complaint == NULL && !has_key) complaint = "Idempotency-Key is a text of at most 63 bytes.";
    if (complaint == NULL) complaint = read_ask(body, &ask);
    if (complaint != NULL)
        refuse_detail(api, exchange, complaint);
    else if (ask.control == CONTROL_SIGNALING_USE && !knows_endpoint(api, ask.target.endpoint))
        api_refuse(api, exchange, PROBLEM_ENDPOINT_ABSENT, NULL);
    else if (ask.is_dry_run)
        try_out(api, exchange, &ask);
    else
        carry_out(api, exchange, &ask);
}

/* ---- Keeping and reverting ---- */

/* The part of the path between "/operations/" and the next "/". */
static bool id_of_path(const struct http_exchange *exchange, uint64_t *id) {
    static const char before[] = "/api/v1/operations/";
    const struct span path = http_path(exchange);
    uint8_t bytes[8];
    struct buffer out = buffer_over(bytes, sizeof bytes);
    if (path.size <= sizeof before - 1 + ID_TEXT_SIZE || path.at[sizeof before - 1 + ID_TEXT_SIZE] != '/') return false;
    const struct span text = {path.at + sizeof before - 1, ID_TEXT_SIZE};
    if (!hex_is_lower(text) || !hex_read(text, &out) || out.size != sizeof bytes) return false;
    *id = 0;
    for (size_t i = 0; i < sizeof bytes; i++) *id = *id << 8 | bytes[i];
    return *id != 0;
}

static void change(struct api *api, struct http_exchange *exchange, enum operation_verb verb) {
    uint64_t id;
    if (!may_operate(api, exchange)) return;
    if (!id_of_path(exchange, &id)) {
        api_refuse(api, exchange, PROBLEM_OPERATION_ABSENT, NULL);
        return;
    }
    const enum problem problem = problem_of(api->options.operate(api->options.context, verb, id, NULL));
    if (problem == PROBLEM_NONE)
        wait_for(api, exchange, verb, id);
    else
        api_refuse(api, exchange, problem, NULL);
}

void route_operation_confirm(struct api *api, struct http_exchange *exchange) {
    change(api, exchange, OPERATION_KEEP);
}

void route_operation_revert(struct api *api, struct http_exchange *exchange) {
    change(api, exchange, OPERATION_REVERT);
}
