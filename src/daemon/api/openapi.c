/* SPDX-License-Identifier: Apache-2.0 */
/* GET /api/v1/openapi.json: what the API takes and gives, as OpenAPI 3.1, made of the tables that the code itself runs
 * on. It holds nothing of this node, so anybody may have it, like the page; a generator of clients has no token. */
#include "daemon/api/header_list.h"
#include "daemon/api/schema.h"
#include "daemon/api/state.h"

#include "base/map.h"
#include "base/must.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "daemon/api/schema_terms.h"

static void put_reference(struct json_writer *w, const char *name, const char *kind, const char *target) {
    char reference[96];
    (void)snprintf(reference, sizeof reference, "#/components/%s/%s", kind, target);
    json_open_object(w, name);
    json_put_text(w, "$ref", reference);
    json_close_object(w);
}

static void put_schema_reference(struct json_writer *w, const char *name, bool may_be_null) {
    json_open_object(w, "schema");
    schema_write_reference(w, name, may_be_null);
    json_close_object(w);
}

static void put_schema(struct json_writer *w, const struct schema_type *type) {
    json_open_object(w, "schema");
    schema_write_type(w, type);
    json_close_object(w);
}

/* ---- Who may call ---- */

static void put_scheme_needed(struct json_writer *w, const char *scheme) {
    json_open_object(w, NULL);
    json_open_array(w, scheme);
    json_close_array(w);
    json_close_object(w);
}

static void put_security(struct json_writer *w, enum guard_access access) {
    json_open_array(w, "security");
    if (access == GUARD_ACCESS_TOKEN || access == GUARD_ACCESS_CALLER) put_scheme_needed(w, "token");
    if (access == GUARD_ACCESS_CALLER) put_scheme_needed(w, "session");
    json_close_array(w);
}

static void put_security_schemes(struct json_writer *w) {
    json_open_object(w, "securitySchemes");
    json_open_object(w, "token");
    json_put_text(w, "type", "http");
    json_put_text(w, "scheme", "bearer");
    json_put_text(w, "description", "The text of api.token in the node's data folder.");
    json_close_object(w);
    json_open_object(w, "session");
    json_put_text(w, "type", "apiKey");
    json_put_text(w, "in", "cookie");
    json_put_text(w, "name", "skep-nodeId");
    json_put_text(
        w, "description",
        "From POST /api/v1/session, for the page in a browser: skep- and the first 8 characters of the nodeId. "
        "Sec-Fetch-Site, when sent, must be same-origin or none; what is not GET or HEAD needs our own Origin "
        "and X-Skep-Request: 1.");
    json_close_object(w);
    json_close_object(w);
}

/* ---- What goes in ---- */

static const struct header_parameter {
    const char *key, *name, *text;
    bool is_required;
    struct schema_type type;
} header_parameters[] = {
    {"IdempotencyKey",
     "Idempotency-Key",
     "A repeat of a POST /api/v1/operations under the same key is the same operation; a repeat of the other calls does "
     "no harm.",
     false,
     {TEXT}},
    {"LastEventId", "Last-Event-ID", "Of the last message that came: what was missed is sent first.", false, {TEXT}},
    {"SkepRequest", "X-Skep-Request", "A form of another site cannot send it.", true, {WORDS("1")}},
};

static void put_header_parameters(struct json_writer *w) {
    json_open_object(w, "parameters");
    for (size_t i = 0; i < sizeof header_parameters / sizeof header_parameters[0]; i++) {
        const struct header_parameter *header = &header_parameters[i];
        json_open_object(w, header->key);
        json_put_text(w, "name", header->name);
        json_put_text(w, "in", "header");
        json_put_text(w, "description", header->text);
        json_put_boolean(w, "required", header->is_required);
        put_schema(w, &header->type);
        json_close_object(w);
    }
    json_close_object(w);
}

static bool takes(const struct route *route, enum parameter parameter) {
    return strcmp(parameter_rows[parameter].route, route->name) == 0;
}

static void put_parameter(struct json_writer *w, const struct parameter_row *row) {
    json_open_object(w, NULL);
    json_put_text(w, "name", row->name);
    json_put_text(w, "in", "query");
    json_put_text(w, "description", row->text);
    if (row->type.is_needed) json_put_boolean(w, "required", true);
    put_schema(w, &row->type);
    json_close_object(w);
}

/* Each part in braces. */
static void put_path_parameters(struct json_writer *w, const char *path) {
    for (const char *at = path; (at = strchr(at, '{')) != NULL; at++) {
        json_open_object(w, NULL);
        json_put_span(w, "name", (struct span){(const uint8_t *)at + 1, strcspn(at + 1, "}")});
        json_put_text(w, "in", "path");
        json_put_boolean(w, "required", true);
        put_schema(w, &(struct schema_type){TEXT});
        json_close_object(w);
    }
}

static void put_parameters(struct json_writer *w, const struct route *route) {
    json_open_array(w, "parameters");
    put_path_parameters(w, route->path);
    for (enum parameter i = 0; i < PARAMETER_COUNT; i++)
        if (takes(route, i)) put_parameter(w, &parameter_rows[i]);
    if (route->access == GUARD_ACCESS_LOGIN) put_reference(w, NULL, "parameters", "SkepRequest");
    if (route->shape.is_stream) put_reference(w, NULL, "parameters", "LastEventId");
    if (route->answer != NULL && strcmp(route->method, "POST") == 0)
        put_reference(w, NULL, "parameters", "IdempotencyKey");
    json_close_array(w);
}

static void put_body(struct json_writer *w, const struct route *route) {
    if (route->shape.body == NULL) return;
    json_open_object(w, "requestBody");
    json_put_boolean(w, "required", true);
    json_open_object(w, "content");
    json_open_object(w, "application/json");
    put_schema_reference(w, route->shape.body, false);
    json_close_object(w);
    json_close_object(w);
    json_close_object(w);
}

/* ---- What comes out ---- */

/* OpenAPI 3.1 has no word for the events of a stream; what their data is stands in a member of our own. */
static void put_stream_events(struct json_writer *w) {
    static const char *const events[][2] = {
        {"snapshot", "Snapshot"}, {"delta", "Delta"}, {"event", "Event"}, {"tick", "Tick"}};
    json_open_object(w, "x-event-data");
    for (size_t i = 0; i < sizeof events / sizeof events[0]; i++)
        put_reference(w, events[i][0], "schemas", events[i][1]);
    json_close_object(w);
}

static void put_media(struct json_writer *w, const struct route_shape *shape, const char *media) {
    json_open_object(w, media);
    if (shape->schema != NULL) {
        put_schema_reference(w, shape->schema, shape->may_be_null);
    } else if (strcmp(media, "application/json") == 0) {
        put_schema(w, &(struct schema_type){FOREIGN});
    } else {
        put_schema(w, &(struct schema_type){TEXT});
    }
    if (shape->is_stream) put_stream_events(w);
    json_close_object(w);
}

static void open_response(struct json_writer *w, const char *status, const char *description) {
    json_open_object(w, status);
    json_put_text(w, "description", description);
}

static void put_answer_header(struct json_writer *w, const char *name, const char *text) {
    json_open_object(w, "headers");
    json_open_object(w, name);
    json_put_text(w, "description", text);
    put_schema(w, &(struct schema_type){TEXT});
    json_close_object(w);
    json_close_object(w);
}

static void put_part(struct json_writer *w, const struct route_shape *shape) {
    open_response(w, "206", "The part that Range asks for");
    put_answer_header(w, "Content-Range", "Which part, and of how many bytes");
    json_open_object(w, "content");
    put_media(w, shape, shape->media[0]);
    json_close_object(w);
    json_close_object(w);
}

static void put_success(struct json_writer *w, const struct route_shape *shape) {
    char status[8];
    (void)snprintf(status, sizeof status, "%d", shape->status);
    open_response(w, status, shape->media[0] == NULL ? "Done" : "The answer");
    if (shape->media[0] != NULL) json_open_object(w, "content");
    for (size_t i = 0; i < 2 && shape->media[i] != NULL; i++) put_media(w, shape, shape->media[i]);
    if (shape->media[0] != NULL) json_close_object(w);
    json_close_object(w);
    if (shape->has_ranges) put_part(w, shape);
    if (!shape->is_file) return;
    open_response(w, "304", "If-None-Match names its ETag");
    json_close_object(w);
}

static void put_also(struct json_writer *w, const struct route_shape *shape) {
    const struct route_shape answer = {.schema = shape->also_schema};
    for (const char *at = shape->also; at != NULL && *at != '\0';) {
        char status[8];
        size_t size = strcspn(at, " ");
        must(span_copy_text((struct span){(const uint8_t *)at, size}, status, sizeof status));
        open_response(w, status, "Not now, or not so");
        json_open_object(w, "content");
        put_media(w, &answer, "application/json");
        json_close_object(w);
        json_close_object(w);
        at += size + (at[size] == ' ');
    }
}

/* ---- Problems ---- */

static bool has_parameters(const struct route *route) {
    for (enum parameter i = 0; i < PARAMETER_COUNT; i++)
        if (takes(route, i)) return true;
    return false;
}

/* What a route of posts has in common with those of files. */
static bool is_shared_problem(const struct route *route, enum problem problem) {
    if (strcmp(route->name, "posts") == 0) return problem == PROBLEM_CONTENT_BUSY;
    return strcmp(route->name, "post_write") == 0 &&
           (problem == PROBLEM_CONTENT_BUSY || problem == PROBLEM_STORAGE_FULL || problem == PROBLEM_FILE_NOT_WRITTEN);
}

static bool may_answer(const struct route *route, enum problem problem) {
    const bool is_of_content = strncmp(route->name, "file_", 5) == 0 || strncmp(route->name, "post", 4) == 0 ||
                               strncmp(route->name, "quarantine", 10) == 0 || strcmp(route->name, "content") == 0 ||
                               strcmp(route->name, "outbox") == 0;
    const bool is_removal = strcmp(route->name, "quarantine_remove") == 0;
    const bool waits_for_disk =
        is_removal || strcmp(route->name, "file_remove") == 0 || strcmp(route->name, "file_fetch") == 0;
    if (problem == PROBLEM_NO_NODE && is_of_content) return true;
    if (is_shared_problem(route, problem)) return true;
    if ((problem == PROBLEM_NOT_WRITTEN || problem == PROBLEM_CONTENT_BUSY) && waits_for_disk) return true;
    switch (problem_scope(problem)) {
    case PROBLEM_SCOPE_ALL: return true;
    case PROBLEM_SCOPE_GUARDED: return route->access != GUARD_ACCESS_OPEN;
    case PROBLEM_SCOPE_BODY: return route->shape.body != NULL;
    case PROBLEM_SCOPE_QUERY: return has_parameters(route);
    case PROBLEM_SCOPE_STREAM: return route->shape.is_stream;
    case PROBLEM_SCOPE_QUARANTINE: return is_removal;
    case PROBLEM_SCOPE_DOCTOR: return strcmp(route->name, "doctor_begin") == 0;
    case PROBLEM_SCOPE_OPERATION: return strncmp(route->name, "operation_", 10) == 0;
    case PROBLEM_SCOPE_MOMENT: return strcmp(route->name, "history_moment") == 0;
    case PROBLEM_SCOPE_CONTENT: return strncmp(route->name, "file_", 5) == 0;
    case PROBLEM_SCOPE_POST: return strcmp(route->name, "post_write") == 0;
    case PROBLEM_SCOPE_DRAFT: return route->shape.schema != NULL && route->access != GUARD_ACCESS_OPEN;
    case PROBLEM_SCOPE_NONE: return false;
    }
    return false;
}

static const char *problem_response(enum problem problem, char name[16]) {
    (void)snprintf(name, 16, "Problem%d", problem_status(problem));
    return name;
}

/* Nothing before it has its status, among those that `route` (NULL: any) may answer with. */
static bool is_first_of_status(const struct route *route, enum problem problem) {
    for (enum problem i = PROBLEM_NONE + 1; i < problem; i++) {
        bool is_among_them = route == NULL || may_answer(route, i);
        if (is_among_them && problem_status(i) == problem_status(problem)) return false;
    }
    return true;
}

static void put_problems(struct json_writer *w, const struct route *route) {
    char status[8], name[16];
    for (enum problem i = PROBLEM_NONE + 1; i < PROBLEM_COUNT && route->answer != NULL; i++) {
        if (!may_answer(route, i) || !is_first_of_status(route, i)) continue;
        (void)snprintf(status, sizeof status, "%d", problem_status(i));
        put_reference(w, status, "responses", problem_response(i, name));
    }
    put_reference(w, "default", "responses", "Refusal");
}

static void put_headers_of(struct json_writer *w, int status) {
    switch (status) {
    case 401: put_answer_header(w, "WWW-Authenticate", "Bearer"); break;
    case 405: put_answer_header(w, "Allow", "The methods that it takes"); break;
    case 415: put_answer_header(w, "Accept", "What it takes"); break;
    case 503: put_answer_header(w, "Retry-After", "Seconds"); break;
    default: break;
    }
}

static void put_codes(struct json_writer *w, enum problem first) {
    uint8_t memory[256];
    struct buffer codes = buffer_over(memory, sizeof memory);
    for (enum problem i = first; i < PROBLEM_COUNT; i++) {
        if (problem_status(i) != problem_status(first)) continue;
        if (i != first) buffer_put_text(&codes, ", ");
        buffer_put_text(&codes, problem_code(i));
    }
    must(!codes.overflowed);
    json_put_span(w, "description", buffer_span(&codes));
}

/* One response for each status, with every problem that has it as an example. */
static void put_problem_response(struct json_writer *w, enum problem first) {
    char name[16];
    json_open_object(w, problem_response(first, name));
    put_codes(w, first);
    put_headers_of(w, problem_status(first));
    json_open_object(w, "content");
    json_open_object(w, "application/problem+json");
    put_schema_reference(w, "Problem", false);
    json_open_object(w, "examples");
    for (enum problem i = first; i < PROBLEM_COUNT; i++)
        if (problem_status(i) == problem_status(first)) put_reference(w, problem_code(i), "examples", problem_code(i));
    json_close_object(w);
    json_close_object(w);
    json_close_object(w);
    json_close_object(w);
}

static void put_responses(struct json_writer *w) {
    json_open_object(w, "responses");
    for (enum problem i = PROBLEM_NONE + 1; i < PROBLEM_COUNT; i++)
        if (is_first_of_status(NULL, i)) put_problem_response(w, i);
    open_response(w, "Refusal",
                  "What the server says of a request that is no HTTP, too large (413, 431) or too slow (408)");
    json_open_object(w, "content");
    json_open_object(w, "application/problem+json");
    put_schema_reference(w, "Problem", false);
    json_close_object(w);
    json_close_object(w);
    json_close_object(w);
    json_close_object(w);
}

static void put_examples(struct json_writer *w) {
    json_open_object(w, "examples");
    for (enum problem i = PROBLEM_NONE + 1; i < PROBLEM_COUNT; i++) {
        json_open_object(w, problem_code(i));
        json_put_text(w, "summary", problem_title(i));
        problem_write(w, "value", i, SPAN_NONE);
        json_close_object(w);
    }
    json_close_object(w);
}

/* ---- Paths ---- */

/* "getLoginCodes", "postServicesAnnounce": the method, then the words of the path without what all have in common. */
static void put_operation_id(struct json_writer *w, const struct route *route) {
    uint8_t memory[96];
    struct buffer id = buffer_over(memory, sizeof memory);
    const char *at = route->path + (strncmp(route->path, "/api/v1/", 8) == 0 ? 8 : 1);
    bool begins_word = true;
    for (const char *c = route->method; *c != '\0'; c++) buffer_put_u8(&id, (uint8_t)(*c - 'A' + 'a'));
    if (route->answer == NULL) buffer_put_text(&id, "Services");
    if (*at == '\0') at = "page";
    for (; *at != '\0'; at++) {
        bool is_letter = *at >= 'a' && *at <= 'z';
        if (is_letter) buffer_put_u8(&id, (uint8_t)(begins_word ? *at - 'a' + 'A' : *at));
        begins_word = !is_letter;
    }
    json_put_span(w, "operationId", buffer_span(&id));
}

static void put_operation(struct json_writer *w, const struct route *route) {
    char method[8] = {0};
    for (size_t i = 0; route->method[i] != '\0' && i + 1 < sizeof method; i++)
        method[i] = (char)(route->method[i] - 'A' + 'a');
    json_open_object(w, method);
    put_operation_id(w, route);
    json_put_text(w, "summary", route->summary);
    put_security(w, route->access);
    put_parameters(w, route);
    put_body(w, route);
    json_open_object(w, "responses");
    put_success(w, &route->shape);
    put_also(w, &route->shape);
    put_problems(w, route);
    json_close_object(w);
    json_close_object(w);
}

static bool is_path_new(const struct route *table, size_t index) {
    for (size_t i = 0; i < index; i++)
        if (strcmp(table[i].path, table[index].path) == 0) return false;
    return true;
}

static void put_services_address(struct json_writer *w) {
    json_open_array(w, "servers");
    json_open_object(w, NULL);
    json_put_text(w, "url", "http://{address}");
    json_put_text(w, "description", "The services listener, for strangers: the panel node names it as serve");
    json_open_object(w, "variables");
    json_open_object(w, "address");
    json_put_text(w, "default", "127.0.0.1:8781");
    json_close_object(w);
    json_close_object(w);
    json_close_object(w);
    json_close_array(w);
}

static void put_paths(struct json_writer *w, const struct route *table, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (!is_path_new(table, i)) continue;
        json_open_object(w, table[i].path);
        if (table[i].answer == NULL) put_services_address(w);
        for (size_t j = i; j < count; j++)
            if (strcmp(table[j].path, table[i].path) == 0) put_operation(w, &table[j]);
        json_close_object(w);
    }
}

/* ---- The document ---- */

static void put_info(struct json_writer *w) {
    json_open_object(w, "info");
    json_put_text(w, "title", "Skep");
    json_put_text(w, "version", SKEP_VERSION);
    json_put_text(
        w, "description",
        "A node of a peer-to-peer swarm. Times are integer milliseconds since the epoch and end in At (except at, "
        "asOf, since), durations end in Ms, rates in BytesPerSecond; shares are 0 to 1. A figure that is not "
        "known is null, never 0. Members may be added at any time.");
    json_open_object(w, "license");
    json_put_text(w, "name", "Apache 2.0");
    json_put_text(w, "identifier", "Apache-2.0");
    json_close_object(w);
    json_close_object(w);
    json_open_array(w, "servers");
    json_open_object(w, NULL);
    json_put_text(w, "url", "/");
    json_close_object(w);
    json_close_array(w);
}

static void write_document(struct buffer *out, void *context) {
    struct json_writer w = json_writer_into(out);
    (void)context;
    json_open_object(&w, NULL);
    json_put_text(&w, "openapi", "3.1.0");
    put_info(&w);
    json_open_object(&w, "paths");
    put_paths(&w, routes, ROUTE_COUNT);
    put_paths(&w, services, SERVICE_COUNT);
    json_close_object(&w);
    json_open_object(&w, "components");
    json_open_object(&w, "schemas");
    schema_write_all(&w);
    json_close_object(&w);
    put_responses(&w);
    put_header_parameters(&w);
    put_examples(&w);
    put_security_schemes(&w);
    json_close_object(&w);
    json_close_object(&w);
}

void route_openapi(struct api *api, struct http_exchange *exchange) {
    char tag[24];
    struct span document;
    must(
        draft_write(&api->draft, write_document, NULL, &document)); /* the same for every call: tests have it written */
    (void)snprintf(tag, sizeof tag, "\"%016" PRIx64 "\"", map_hash(document, 0x736b6570, 0x6f617069));
    const struct http_header_line headers[] = {{"Cache-Control", "no-cache"}, {"ETag", tag}};
    struct http_reply reply = {.status = 200,
                               .content_type = "application/json",
                               .body = document,
                               .headers = headers,
                               .header_count = sizeof headers / sizeof headers[0]};
    if (header_list_has_tag(http_header(exchange, "if-none-match"), tag)) {
        reply.status = 304;
        reply.content_type = NULL;
    }
    http_answer(exchange, &reply);
}
