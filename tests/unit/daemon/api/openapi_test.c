/* SPDX-License-Identifier: Apache-2.0 */
/* The document and the tables: each has what the other has. That the schemas are true is shown by live answers, in
 * tests/integration/openapi.mjs. */
#include "unit/daemon/api/api_world.h"

enum { OPERATIONS_MAX = 256 };

/* Deeper than what two nodes say to each other. */
static const struct json_value *get_document(struct api_world *world, char **text) {
    struct client *client = world_call(world, "GET", "/api/v1/openapi.json", "", "");
    struct arena arena = arena_over(world->tree, WORLD_TREE_SIZE);
    enum json_fault fault;
    assert_int_equal(client_status(client), 200);
    *text = strdup(client_body(client));
    client_close(client);
    const struct json_value *document = json_parse(span_of_text(*text), JSON_CANON, &arena, &fault, NULL);
    assert_non_null(document);
    return document;
}

static const struct json_value *member(const struct json_value *object, const char *name) {
    const struct json_value *value = json_member(object, name);
    if (value == NULL) fail_msg("the document has no \"%s\" there", name);
    return value;
}

static bool is_method(struct span name) {
    return !span_equal_text(name, "servers");
}

static size_t count_operations(const struct json_value *paths) {
    size_t count = 0;
    for (size_t i = 0; i < paths->count; i++) {
        const struct json_value *item = &paths->as.members[i].value;
        for (size_t j = 0; j < item->count; j++) count += is_method(item->as.members[j].name);
    }
    return count;
}

static const struct json_value *operation_of(const struct json_value *paths, const char *method, const char *path) {
    char name[16] = {0};
    for (size_t i = 0; method[i] != '\0'; i++) name[i] = (char)(method[i] - 'A' + 'a');
    return member(member(paths, path), name);
}

static void every_route_is_in_the_document_and_nothing_else(void **state) {
    static const struct {
        const char *method, *path, *summary;
    } lines[] = {
#define ROUTE(METHOD, path, name, ACCESS, SHAPE, summary) {METHOD, path, summary},
#include "routes.def"
#undef ROUTE
#define SERVICE(METHOD, path, name, SHAPE, summary) {METHOD, path, summary},
#include "services.def"
#undef SERVICE
    };
    char *text;
    const struct json_value *paths = member(get_document(*state, &text), "paths");
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        const struct json_value *operation = operation_of(paths, lines[i].method, lines[i].path);
        struct span summary;
        assert_true(json_as_string(member(operation, "summary"), &summary));
        assert_true(span_equal_text(summary, lines[i].summary));
    }
    assert_int_equal(count_operations(paths), sizeof lines / sizeof lines[0]);
    free(text);
}

static void every_operation_has_a_name_of_its_own(void **state) {
    struct span names[OPERATIONS_MAX];
    size_t count = 0;
    char *text;
    const struct json_value *paths = member(get_document(*state, &text), "paths");
    for (size_t i = 0; i < paths->count; i++) {
        const struct json_value *item = &paths->as.members[i].value;
        for (size_t j = 0; j < item->count; j++) {
            if (!is_method(item->as.members[j].name)) continue;
            assert_true(count < OPERATIONS_MAX);
            assert_true(json_as_string(member(&item->as.members[j].value, "operationId"), &names[count]));
            for (size_t k = 0; k < count; k++) assert_false(span_equal(names[k], names[count]));
            count++;
        }
    }
    free(text);
}

static void who_may_call_stands_beside_each_route(void **state) {
    static const struct {
        const char *method, *path;
        size_t schemes;
    } cases[] = {{"GET", "/healthz", 0},
                 {"POST", "/api/v1/session", 0},
                 {"POST", "/api/v1/login-codes", 1},
                 {"GET", "/api/v1/node", 2}};
    char *text;
    const struct json_value *paths = member(get_document(*state, &text), "paths");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct json_value *operation = operation_of(paths, cases[i].method, cases[i].path);
        assert_int_equal(member(operation, "security")->count, cases[i].schemes);
    }
    free(text);
}

static void every_problem_is_shown_where_its_type_leads(void **state) {
    static const struct {
        const char *code;
        int status;
    } lines[] = {
#define PROBLEM(NAME, status, code, SCOPE, title, detail) {code, status},
#include "problems.def"
#undef PROBLEM
    };
    char *text, type[128];
    const struct json_value *examples = member(member(get_document(*state, &text), "components"), "examples");
    assert_int_equal(examples->count, sizeof lines / sizeof lines[0]);
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        const struct json_value *problem = member(member(examples, lines[i].code), "value");
        struct span said;
        int64_t status = 0;
        (void)snprintf(type, sizeof type, "/api/v1/openapi.json#/components/examples/%s", lines[i].code);
        assert_true(json_as_string(member(problem, "type"), &said) && span_equal_text(said, type));
        assert_true(json_as_integer(member(problem, "status"), 400, 599, &status));
        assert_int_equal(status, lines[i].status);
    }
    free(text);
}

static void document_that_is_known_is_not_sent_again(void **state) {
    struct api_world *world = *state;
    char tag[512], again[512], header[600];
    struct client *client = world_call(world, "GET", "/api/v1/openapi.json", "", "");
    assert_non_null(client_header(client, "ETag", tag));
    client_close(client);
    (void)snprintf(header, sizeof header, "If-None-Match: \"x\", %s\r\n", tag);
    client = world_call(world, "GET", "/api/v1/openapi.json", header, "");
    assert_int_equal(client_status(client), 304);
    assert_string_equal(client_body(client), "");
    assert_string_equal(client_header(client, "ETag", again), tag);
    client_close(client);
    assert_int_equal(world_status(world, "GET", "/api/v1/openapi.json", "If-None-Match: \"x\"\r\n", ""), 200);
    assert_int_equal(world_status(world, "GET", "/api/v1/openapi.json", "Host: evil.example\r\n", ""), 421);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_route_is_in_the_document_and_nothing_else, world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(every_operation_has_a_name_of_its_own, world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(who_may_call_stands_beside_each_route, world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(every_problem_is_shown_where_its_type_leads, world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(document_that_is_known_is_not_sent_again, world_setup, world_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
