/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/api_client.h"

#include "base/memory.h"
#include "cli/command.h"
#include "cli/sheet.h"
#include "daemon/client/http_client.h"
#include "daemon/store/data_folder.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum {
    TEXT_SIZE = 8 * 1024 * 1024,
    TREE_SIZE = 64 * 1024 * 1024, /* of memory that is only taken where it is used */
    CALL_MS_MAX = 10 * 1000,
};

__attribute__((format(printf, 3, 4))) static int fail(const struct api_client *client, int exit_code,
                                                      const char *format, ...) {
    va_list values;
    va_start(values, format);
    if (client->complaint != NULL) {
        (void)vsnprintf(client->complaint->text, sizeof client->complaint->text, format, values);
    } else {
        (void)fprintf(stderr, "%s: ", client->command);
        (void)vfprintf(stderr, format, values);
        (void)fputc('\n', stderr);
    }
    va_end(values);
    return exit_code;
}

/* ---- Finding the node ---- */

static int read_run_file(struct api_client *client, const char *folder) {
    struct err_detail detail = {{0}};
    enum err err = run_file_read(folder, &client->run, &detail);
    if (err == ERR_NOT_FOUND)
        return fail(client, EXIT_CODE_UNREACHABLE,
                    "no node runs on %s\nStart one with: skep run --data %s\nor name another folder with --data DIR",
                    folder, folder);
    if (err != ERR_OK)
        return fail(client, EXIT_CODE_FAILED, "%s", detail.text[0] != '\0' ? detail.text : err_sentence(err));
    return EXIT_CODE_DONE;
}

static int read_token(struct api_client *client, const char *folder) {
    struct err_detail detail = {{0}};
    struct buffer token = buffer_over((uint8_t *)client->token, sizeof client->token);
    enum err err = data_file_read(folder, "api.token", &token, &detail);
    if (err != ERR_OK)
        return fail(client, EXIT_CODE_FAILED, "the API token in %s cannot be read: %s", folder,
                    detail.text[0] != '\0' ? detail.text : err_sentence(err));
    size_t size = token.size < sizeof client->token ? token.size : sizeof client->token - 1;
    client->token[size] = '\0';
    client->token[strcspn(client->token, "\r\n")] = '\0';
    return EXIT_CODE_DONE;
}

static void write_base(struct api_client *client) {
    const struct address at = address_from_here(&client->run.api.address);
    char text[ADDRESS_TEXT_MAX];
    if (http_place_is_unix(&client->run.api)) {
        (void)snprintf(client->base, sizeof client->base,
                       "http://localhost"); /* what the node takes for its own name */
        return;
    }
    (void)snprintf(client->base, sizeof client->base, "http://%s", address_text(&at, text));
}

static int find_node(struct api_client *client, const char *data) {
    struct err_detail detail = {{0}};
    if (data_folder_path(data, client->folder, sizeof client->folder, &detail) != ERR_OK)
        return fail(client, EXIT_CODE_FAILED, "%s", detail.text);
    int exit_code = read_run_file(client, client->folder);
    if (exit_code == EXIT_CODE_DONE) exit_code = read_token(client, client->folder);
    if (exit_code != EXIT_CODE_DONE) return exit_code;
    write_base(client);
    client->call_ms_max = CALL_MS_MAX;
    client->text = memory_zeroed(1, TEXT_SIZE);
    client->tree = memory_zeroed(1, TREE_SIZE);
    return EXIT_CODE_DONE;
}

int api_client_open(struct api_client *client, const char *command, const char *data) {
    *client = (struct api_client){.command = command};
    return find_node(client, data);
}

int api_client_open_quietly(struct api_client *client, const char *data, struct err_detail *complaint) {
    *client = (struct api_client){.complaint = complaint};
    return find_node(client, data);
}

void api_client_close(struct api_client *client) {
    memory_free(client->text);
    memory_free(client->tree);
    *client = (struct api_client){0};
}

/* ---- Calls ---- */

static const struct json_value *parsed(struct api_client *client, struct span text) {
    struct arena arena = arena_over(client->tree, TREE_SIZE);
    enum json_fault fault;
    return json_parse(text, JSON_WIRE, &arena, &fault, NULL);
}

/* Only asked once nobody answered: a node in a container of its own has a process that cannot be seen from here. */
static bool is_alive(int64_t pid) {
    return kill((pid_t)pid, 0) == 0 || errno == EPERM;
}

static int explain_silence(const struct api_client *client, enum http_outcome outcome, int64_t waited_ms,
                           const struct err_detail *detail) {
    if (outcome == HTTP_OUTCOME_TOO_LARGE) return fail(client, EXIT_CODE_FAILED, "the answer is over its limit");
    if (outcome == HTTP_OUTCOME_UNREACHABLE && !is_alive(client->run.pid))
        return fail(client, EXIT_CODE_UNREACHABLE,
                    "no node answers at %s; process %lld, which did, is gone\nStart it again with: skep run --data %s",
                    client->base, (long long)client->run.pid, client->folder);
    if (outcome == HTTP_OUTCOME_TIMEOUT)
        return fail(client, EXIT_CODE_UNREACHABLE,
                    "the node (process %lld) does not answer at %s within %lld s; is it stopped, or out of breath?",
                    (long long)client->run.pid, client->base, (long long)waited_ms / 1000);
    return fail(client, EXIT_CODE_UNREACHABLE, "the node (process %lld) does not answer at %s: %s",
                (long long)client->run.pid, client->base, detail->text);
}

/* Refused because of what it is, or whose it is; not because something went wrong. */
static int exit_code_of(const struct json_value *problem) {
    static const char *const codes[] = {"file-not-for-us", "file-damaged", "last-copy"};
    const struct span code = api_client_text(problem, "code");
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
        if (span_equal_text(code, codes[i])) return EXIT_CODE_CHECK;
    return EXIT_CODE_FAILED;
}

/* What the API says of its refusal is a problem detail (RFC 9457); anything else is not our API. */
static int explain_status(struct api_client *client, int status, struct span text) {
    const struct json_value *problem = parsed(client, text);
    char title[160], detail[400];
    sheet_clean(api_client_text(problem, "title"), title, sizeof title);
    sheet_clean(api_client_text(problem, "detail"), detail, sizeof detail);
    if (title[0] == '\0')
        return fail(client, EXIT_CODE_FAILED, "%s answered %d, which is no answer of a node", client->base, status);
    return fail(client, exit_code_of(problem), "%s (%d)\n%s", title, status, detail);
}

/* One call; EXIT_CODE_DONE with an answer of any status. */
static int ask(struct api_client *client, const char *method, const char *path, const char *body, int *status,
               struct span *text) {
    char url[512];
    struct buffer answer = buffer_over(client->text, TEXT_SIZE);
    struct err_detail detail = {{0}};
    (void)snprintf(url, sizeof url, "%s%s", client->base, path);
    const struct http_call call = {.method = method,
                                   .url = url,
                                   .body = body == NULL ? SPAN_NONE : span_of_text(body),
                                   .unix_path = client->run.api.path,
                                   .bearer = client->token,
                                   .total_ms_max = client->call_ms_max,
                                   .answer_bytes_max = TEXT_SIZE - 1};
    enum http_outcome outcome = http_call_blocking(&call, status, &answer, &detail);
    if (outcome != HTTP_OUTCOME_ANSWERED) return explain_silence(client, outcome, client->call_ms_max, &detail);
    *text = buffer_span(&answer);
    return EXIT_CODE_DONE;
}

static int perform(struct api_client *client, const char *method, const char *path, const char *body,
                   struct span *text) {
    int status = 0;
    const int exit_code = ask(client, method, path, body, &status, text);
    if (exit_code != EXIT_CODE_DONE) return exit_code;
    return status >= 200 && status < 300 ? EXIT_CODE_DONE : explain_status(client, status, *text);
}

static int take_json(struct api_client *client, struct span text, const struct json_value **json) {
    *json = parsed(client, text);
    if (*json != NULL) return EXIT_CODE_DONE;
    return fail(client, EXIT_CODE_FAILED, "%s answered something that is not JSON", client->base);
}

int api_client_get(struct api_client *client, const char *path, struct span *text, const struct json_value **json) {
    int exit_code = perform(client, "GET", path, NULL, text);
    return exit_code != EXIT_CODE_DONE || json == NULL ? exit_code : take_json(client, *text, json);
}

void api_client_print(const struct json_value *answer) {
    (void)printf("%.*s\n", (int)answer->text.size, (const char *)answer->text.at);
}

int api_client_post(struct api_client *client, const char *path, const char *body, const struct json_value **json) {
    struct span text;
    int exit_code = perform(client, "POST", path, body, &text);
    return exit_code != EXIT_CODE_DONE ? exit_code : take_json(client, text, json);
}

int api_client_delete(struct api_client *client, const char *path) {
    struct span text;
    return perform(client, "DELETE", path, NULL, &text);
}

int api_client_delete_coded(struct api_client *client, const char *path, char *code, size_t capacity) {
    struct span text;
    int status = 0;
    const int exit_code = ask(client, "DELETE", path, NULL, &status, &text);
    code[0] = '\0';
    if (exit_code != EXIT_CODE_DONE || (status >= 200 && status < 300)) return exit_code;
    sheet_clean(api_client_text(parsed(client, text), "code"), code, capacity);
    return explain_status(client, status, text);
}

int api_client_ask(struct api_client *client, const char *path, int *status, const struct json_value **json) {
    struct span text;
    const int exit_code = ask(client, "GET", path, NULL, status, &text);
    *json = exit_code == EXIT_CODE_DONE ? parsed(client, text) : NULL;
    return exit_code;
}

int api_client_download(struct api_client *client, const char *path, const struct http_download *download,
                        enum http_outcome *outcome) {
    char url[512];
    struct buffer answer = buffer_over(client->text, TEXT_SIZE);
    struct err_detail detail = {{0}};
    int status = 0;
    (void)snprintf(url, sizeof url, "%s%s", client->base, path);
    const struct http_call call = {.method = "GET",
                                   .url = url,
                                   .unix_path = client->run.api.path,
                                   .bearer = client->token,
                                   .answer_bytes_max = TEXT_SIZE - 1};
    const enum http_outcome end = http_download_blocking(&call, download, &status, &answer, &detail);
    if (outcome != NULL) *outcome = end;
    if (end == HTTP_OUTCOME_CANCELLED) return EXIT_CODE_FAILED;
    if (end == HTTP_OUTCOME_FILE) return fail(client, EXIT_CODE_FAILED, "%s", detail.text);
    if (end != HTTP_OUTCOME_ANSWERED) return explain_silence(client, end, client->call_ms_max, &detail);
    if (status == 200 || status == 206) return EXIT_CODE_DONE;
    return explain_status(client, status, buffer_span(&answer));
}

/* ---- The stream ---- */

/* Server-sent events as our API writes them: "event:", "id:", one "data:" line, an empty line. */
struct follower {
    struct api_client *client;
    bool (*message)(void *context, struct span name, struct span text, const struct json_value *json);
    void *context;
    size_t size; /* of what has come of the message at hand, in client->text */
    bool is_ended;
    bool is_too_large;
};

static struct span take_line(struct span *rest) {
    const uint8_t *end = memchr(rest->at, '\n', rest->size);
    size_t size = end == NULL ? rest->size : (size_t)(end - rest->at);
    struct span line = {rest->at, size};
    size_t used = end == NULL ? size : size + 1;
    *rest = (struct span){rest->at + used, rest->size - used};
    return line;
}

static bool take_field(struct span line, const char *name, struct span *value) {
    size_t size = strlen(name);
    if (!span_starts_with(line, span_of_text(name))) return false;
    *value = (struct span){line.at + size, line.size - size};
    return true;
}

static bool tell(struct follower *follower, struct span message) {
    struct span name = SPAN_NONE, data = SPAN_NONE;
    while (message.size > 0) {
        struct span line = take_line(&message);
        (void)(take_field(line, "event: ", &name) || take_field(line, "data: ", &data));
    }
    if (data.size == 0) return true;
    const struct json_value *json = parsed(follower->client, data);
    return json == NULL || follower->message(follower->context, name, data, json);
}

/* Tells every whole message that is there, and moves the rest to the front. */
static bool tell_whole(struct follower *follower) {
    uint8_t *at = follower->client->text;
    size_t begin = 0;
    bool goes_on = true;
    for (size_t i = 1; i < follower->size && goes_on; i++) {
        if (at[i] != '\n' || at[i - 1] != '\n') continue;
        goes_on = tell(follower, (struct span){at + begin, i - begin});
        begin = i + 1;
    }
    memmove(at, at + begin, follower->size - begin);
    follower->size -= begin;
    return goes_on;
}

/* ---- Lines ---- */

struct line_reader {
    struct api_client *client;
    bool (*line)(void *context, struct span text, const struct json_value *json);
    void *context;
    int status;
    size_t size; /* of what has come of the line at hand, in client->text */
    bool is_ended;
    bool is_too_large;
};

/* Tells every whole line that is there, and moves the rest to the front. */
static void tell_lines(struct line_reader *reader) {
    struct span rest = {reader->client->text, reader->size};
    while (!reader->is_ended && rest.size > 0 && memchr(rest.at, '\n', rest.size) != NULL) {
        const struct span text = take_line(&rest);
        const struct json_value *json = parsed(reader->client, text);
        reader->is_ended = json != NULL && !reader->line(reader->context, text, json);
    }
    memmove(reader->client->text, rest.at, rest.size);
    reader->size = rest.size;
}

static bool lines_came(void *context, struct span bytes) {
    struct line_reader *reader = context;
    reader->is_too_large = bytes.size > TEXT_SIZE - reader->size;
    if (reader->is_too_large) return false;
    memcpy(reader->client->text + reader->size, bytes.at, bytes.size);
    reader->size += bytes.size;
    if (reader->status == 200) tell_lines(reader);
    return !reader->is_ended;
}

int api_client_post_lines(struct api_client *client, const char *path, const char *body,
                          bool (*line)(void *context, struct span text, const struct json_value *json), void *context) {
    char url[512];
    struct err_detail detail = {{0}};
    struct line_reader reader = {.client = client, .line = line, .context = context};
    (void)snprintf(url, sizeof url, "%s%s", client->base, path);
    const struct http_call call = {.method = "POST",
                                   .url = url,
                                   .body = span_of_text(body),
                                   .unix_path = client->run.api.path,
                                   .bearer = client->token,
                                   .silence_ms_max = client->silence_ms_max};
    enum http_outcome outcome = http_follow_blocking(&call, &reader.status, lines_came, &reader, &detail);
    if (reader.is_ended) return EXIT_CODE_DONE;
    if (reader.is_too_large) outcome = HTTP_OUTCOME_TOO_LARGE;
    if (outcome != HTTP_OUTCOME_ANSWERED) return explain_silence(client, outcome, client->silence_ms_max, &detail);
    if (reader.status == 200) return EXIT_CODE_DONE;
    return explain_status(client, reader.status, (struct span){client->text, reader.size});
}

/* ---- Messages ---- */

static bool piece_came(void *context, struct span bytes) {
    struct follower *follower = context;
    follower->is_too_large = bytes.size > TEXT_SIZE - follower->size;
    if (follower->is_too_large) return false;
    memcpy(follower->client->text + follower->size, bytes.at, bytes.size);
    follower->size += bytes.size;
    follower->is_ended = !tell_whole(follower);
    return !follower->is_ended;
}

int api_client_follow(struct api_client *client, const char *path,
                      bool (*message)(void *context, struct span name, struct span text, const struct json_value *json),
                      void *context) {
    char url[512];
    struct err_detail detail = {{0}};
    struct follower follower = {.client = client, .message = message, .context = context};
    int status = 0;
    (void)snprintf(url, sizeof url, "%s%s", client->base, path);
    const struct http_call call = {.method = "GET",
                                   .url = url,
                                   .unix_path = client->run.api.path,
                                   .bearer = client->token,
                                   .silence_ms_max = client->silence_ms_max};
    enum http_outcome outcome = http_follow_blocking(&call, &status, piece_came, &follower, &detail);
    if (follower.is_ended) return EXIT_CODE_DONE;
    if (follower.is_too_large) outcome = HTTP_OUTCOME_TOO_LARGE;
    if (outcome == HTTP_OUTCOME_ANSWERED && status != 200)
        return explain_status(client, status, (struct span){client->text, follower.size});
    if (status == 200) return fail(client, EXIT_CODE_UNREACHABLE, "the node ended the stream");
    return explain_silence(client, outcome, client->silence_ms_max, &detail);
}

/* ---- Members ---- */

struct span api_client_text(const struct json_value *object, const char *name) {
    struct span text;
    return json_as_string(json_member(object, name), &text) ? text : SPAN_NONE;
}

double api_client_number(const struct json_value *object, const char *name) {
    const struct json_value *value = json_member(object, name);
    return value != NULL && value->kind == JSON_NUMBER ? value->as.number : -1;
}

int64_t api_client_time(const struct json_value *object, const char *name) {
    double at_ms = api_client_number(object, name);
    return at_ms > 0 && at_ms < 9e15 ? (int64_t)at_ms : 0;
}

int api_client_command(int argc, char **argv, const char *command, const char *help,
                       int (*show)(struct api_client *client, bool is_json)) {
    const char *data = NULL;
    bool is_json = false;
    int exit_code;
    struct api_client client;
    const struct options_entry entries[] = {API_CLIENT_DATA(&data), API_CLIENT_JSON(&is_json)};
    const struct options_table table = {.command = command, .help = help, .entries = entries, .count = 2};
    if (!options_accept(&table, argc, argv, &exit_code)) return exit_code;
    exit_code = api_client_open(&client, table.command, data);
    if (exit_code == EXIT_CODE_DONE) exit_code = show(&client, is_json);
    api_client_close(&client);
    return exit_code;
}

int api_client_show(struct api_client *client, const char *path, bool is_json,
                    void (*print)(const struct json_value *panel)) {
    struct span text;
    const struct json_value *panel;
    const int exit_code = api_client_get(client, path, &text, &panel);
    if (exit_code != EXIT_CODE_DONE) return exit_code;
    if (is_json)
        (void)printf("%.*s\n", (int)text.size, (const char *)text.at);
    else
        print(panel);
    return EXIT_CODE_DONE;
}
