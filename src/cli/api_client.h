/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The command line's side of a running node's API: finds the node by its data folder, calls it with its token, and says
 * in words what went wrong.
 * Owns: the memory of the last answer.
 * Never: prints to standard output; starts a node.
 * Full: an answer over 8 MiB is refused; the API's own are smaller. */

#include "base/json.h"
#include "cli/options.h"
#include "daemon/client/http_file.h"
#include "daemon/run_file.h"

#include <limits.h>

struct api_client {
    const char *command;          /* borrowed; begins every message */
    struct err_detail *complaint; /* borrowed; messages go there instead of to standard error; NULL: they do not */
    char folder[PATH_MAX];        /* the node's */
    int64_t call_ms_max;          /* how long a call may take; may be set after the opening */
    int64_t silence_ms_max;       /* how long a stream may say nothing; 0: for ever; may be set after the opening */
    struct run_file run;
    char base[80]; /* "http://127.0.0.1:8780" */
    char token[65];
    uint8_t *text; /* the last answer, and the tree of it */
    uint8_t *tree;
};
/* What most commands take: --data and --json, as rows of their options table. */
#define API_CLIENT_DATA(data)                                                                                          \
    { .name = "data", .kind = OPTIONS_TEXT, .into.text = (data) }
#define API_CLIENT_JSON(is_json)                                                                                       \
    { .name = "json", .kind = OPTIONS_FLAG, .into.flag = (is_json) }

/* A whole command that takes --data and --json alone: its options, the node, `show`, and the exit code. */
int api_client_command(int argc, char **argv, const char *command, const char *help,
                       int (*show)(struct api_client *client, bool is_json));
/* Each gives an enum exit_code; other than EXIT_CODE_DONE, a message has been printed. */
int api_client_open(struct api_client *client, const char *command, const char *data);
/* The same, for who asks again and again, or wants to say itself what is wrong: each message is left in `complaint`. */
int api_client_open_quietly(struct api_client *client, const char *data, struct err_detail *complaint);
void api_client_close(struct api_client *client);
/* `text` and `json` (which may be NULL) are borrowed until the next call. */
int api_client_get(struct api_client *client, const char *path, struct span *text, const struct json_value **json);
/* What there is at `path`: with --json as it came, else as `print` says it. */
int api_client_show(struct api_client *client, const char *path, bool is_json,
                    void (*print)(const struct json_value *panel));
int api_client_post(struct api_client *client, const char *path, const char *body, const struct json_value **json);
int api_client_delete(struct api_client *client, const char *path);
/* The same; of a refusal the problem's code is in `code`, which is "" otherwise. */
int api_client_delete_coded(struct api_client *client, const char *path, char *code, size_t capacity);
/* A GET whose refusals are answers, too: EXIT_CODE_DONE with any status; `json` NULL when it is not JSON. */
int api_client_ask(struct api_client *client, const char *path, int *status, const struct json_value **json);
/* A POST whose answer comes in lines, each a JSON document, told one by one until `line` gives false or the
 * answer ends. */
int api_client_post_lines(struct api_client *client, const char *path, const char *body,
                          bool (*line)(void *context, struct span text, const struct json_value *json), void *context);
/* A GET into a file; http_file.h says how. EXIT_CODE_DONE only when all of it has come. What its end was is in
 * `outcome`, when that is not NULL: HTTP_OUTCOME_CANCELLED, of the caller's own wish, says nothing. */
int api_client_download(struct api_client *client, const char *path, const struct http_download *download,
                        enum http_outcome *outcome);
/* Reads the stream until `message` gives false or the node ends it. `name` is the event's, `json` its data. */
int api_client_follow(struct api_client *client, const char *path,
                      bool (*message)(void *context, struct span name, struct span text, const struct json_value *json),
                      void *context);

void api_client_print(const struct json_value *answer); /* as it came, on a line of its own */
/* Members, or what stands for their absence. */
struct span api_client_text(const struct json_value *object, const char *name); /* empty when null or absent */
double api_client_number(const struct json_value *object, const char *name);    /* negative when null or absent */
int64_t api_client_time(const struct json_value *object, const char *name);     /* 0 when null or absent */
