/* SPDX-License-Identifier: Apache-2.0 */
#include "base/encoding.h"
#include "base/json_writer.h"
#include "base/memory.h"
#include "cli/api_client.h"
#include "cli/command.h"
#include "cli/file_id.h"
#include "cli/input.h"
#include "cli/post_pages.h"
#include "swarm/content/post.h"

#include <stdio.h>
#include <string.h>

#define HELP                                                                                                           \
    "Examples:\n"                                                                                                      \
    "  skep post \"the bees are back\"\n"                                                                              \
    "  skep post --tag garden --attach 3f09ab \"a picture\"    with a file that skep add published\n"                  \
    "  skep post - < letter.txt                              from standard input\n"                                    \
    "  skep post --edit 90be17 \"the bees are back, all of them\"\n"                                                   \
    "  skep post --delete 90be17\n"                                                                                    \
    "\n"                                                                                                               \
    "Publishes a text, signed by this node for its user, and prints its id once it is on the disk; without a "         \
    "network\n"                                                                                                        \
    "it goes out later (skep outbox). Only its author can edit a post or take it back. Whoever has read it keeps "     \
    "what\n"                                                                                                           \
    "he read; nodes keep the last version alone.\n"                                                                    \
    "\n"                                                                                                               \
    "Options:\n"                                                                                                       \
    "  --tag TAG      up to 16, of 1 to 64 bytes\n"                                                                    \
    "  --attach ID    a file, by its id or the beginning of it; up to 16\n"                                            \
    "  --edit ID      a later version of that post (of yours), which takes its place: with the tags and files given\n" \
    "                 with it, not those of before. ID: of any version, or the beginning of the first or the last\n"   \
    "  --delete ID    take it back: nothing of its text is kept\n"                                                     \
    "  --data DIR     the node's data folder\n"                                                                        \
    "  --json         what the API answers\n"

enum { BODY_MAX = 192 * 1024 };

static const char too_long[] = "a text of more than 16 KiB; publish it as a file, and attach that";

struct posting {
    const char *text, *edit, *deletion;
    const char *tags[POST_TAGS_MAX], *attachments[POST_ATTACHMENTS_MAX];
    struct options_list tag_list, attachment_list;
    bool is_json;
    struct input input;
    char of[OBJECT_ID_TEXT_SIZE + 1];
    char files[POST_ATTACHMENTS_MAX][OBJECT_ID_TEXT_SIZE + 1];
};

static struct span text_of(const struct posting *posting) {
    const bool is_read = strcmp(posting->text, "-") == 0;
    struct span text = is_read ? input_span(&posting->input) : span_of_text(posting->text);
    if (is_read && text.size > 0 && text.at[text.size - 1] == '\n') text.size--;
    return text;
}

static void write_body(const struct posting *posting, struct buffer *out) {
    struct json_writer w = json_writer_into(out);
    json_open_object(&w, NULL);
    if (posting->of[0] != '\0') json_put_text(&w, "of", posting->of);
    if (posting->deletion != NULL) {
        json_put_boolean(&w, "deleted", true);
    } else {
        json_put_span(&w, "text", text_of(posting));
        json_open_array(&w, "tags");
        for (size_t i = 0; i < posting->tag_list.count; i++) json_put_text(&w, NULL, posting->tags[i]);
        json_close_array(&w);
        json_open_array(&w, "attachments");
        for (size_t i = 0; i < posting->attachment_list.count; i++) json_put_text(&w, NULL, posting->files[i]);
        json_close_array(&w);
    }
    json_close_object(&w);
    buffer_put(out, (struct span){(const uint8_t *)"", 1});
}

/* What was given by its first digits. */
static int find_ids(struct posting *posting, struct api_client *client) {
    const char *of = posting->edit != NULL ? posting->edit : posting->deletion;
    int exit_code = of == NULL ? EXIT_CODE_DONE : post_pages_find(client, of, posting->of);
    for (size_t i = 0; exit_code == EXIT_CODE_DONE && i < posting->attachment_list.count; i++)
        exit_code = file_id_find(client, posting->attachments[i], posting->files[i]);
    return exit_code;
}

static int send(struct posting *posting, struct api_client *client) {
    struct buffer body = buffer_over(memory_room(BODY_MAX), BODY_MAX);
    const struct json_value *answer;
    write_body(posting, &body);
    int exit_code = EXIT_CODE_USAGE;
    if (body.overflowed)
        (void)fprintf(stderr, "skep post: %s\n", too_long);
    else
        exit_code = api_client_post(client, "/api/v1/posts", (const char *)body.at, &answer);
    if (exit_code == EXIT_CODE_DONE && posting->is_json) api_client_print(answer);
    if (exit_code == EXIT_CODE_DONE && !posting->is_json) {
        const struct span id = api_client_text(answer, "id");
        (void)printf("%.*s\n", (int)id.size, (const char *)id.at);
    }
    memory_free(body.at);
    return exit_code;
}

static const char *wrong_tags(const struct posting *posting) {
    for (size_t i = 0; i < posting->tag_list.count; i++) {
        const size_t size = strlen(posting->tags[i]);
        if (size == 0 || size > POST_TAG_MAX) return "a tag is 1 to 64 bytes";
    }
    return NULL;
}

static const char *wrong_ids(const struct posting *posting) {
    const char *of = posting->edit != NULL ? posting->edit : posting->deletion;
    if (of != NULL && !file_id_may_begin_one(of)) return "an id of a post is 6 to 64 hex digits";
    for (size_t i = 0; i < posting->attachment_list.count; i++)
        if (!file_id_may_begin_one(posting->attachments[i])) return "an id of a file is 6 to 64 hex digits";
    return NULL;
}

/* NULL: it can be done. */
static const char *wrong(const struct posting *posting) {
    if (posting->edit != NULL && posting->deletion != NULL) return "--edit or --delete, not both";
    if (posting->deletion != NULL &&
        (posting->text != NULL || posting->tag_list.count > 0 || posting->attachment_list.count > 0))
        return "--delete stands alone";
    if (posting->deletion == NULL && posting->text == NULL) return "what is to be posted? (\"-\": standard input)";
    const char *why = wrong_tags(posting);
    return why != NULL ? why : wrong_ids(posting);
}

/* What was read, or given: a text, unless a file stands for it. */
static bool is_empty(const struct posting *posting) {
    return posting->deletion == NULL && posting->attachment_list.count == 0 && text_of(posting).size == 0;
}

static int read_text(struct posting *posting) {
    struct err_detail detail;
    if (posting->text == NULL || strcmp(posting->text, "-") != 0) return EXIT_CODE_DONE;
    const enum err err = input_open(&posting->input, "-", POST_TEXT_MAX + 1, &detail);
    if (err == ERR_OK) return EXIT_CODE_DONE;
    (void)fprintf(stderr, "skep post: %s\n", err == ERR_LIMIT ? too_long : detail.text);
    return err == ERR_LIMIT ? EXIT_CODE_USAGE : EXIT_CODE_FAILED;
}

static int post(struct posting *posting, const char *data) {
    struct api_client client = {0};
    int exit_code = read_text(posting);
    if (exit_code == EXIT_CODE_DONE && is_empty(posting)) {
        (void)fputs("skep post: there is nothing in it: a text, or a file by --attach\n", stderr);
        exit_code = EXIT_CODE_USAGE;
    }
    if (exit_code != EXIT_CODE_DONE) {
        input_close(&posting->input);
        return exit_code;
    }
    exit_code = api_client_open(&client, "skep post", data);
    if (exit_code == EXIT_CODE_DONE) exit_code = find_ids(posting, &client);
    if (exit_code == EXIT_CODE_DONE) exit_code = send(posting, &client);
    api_client_close(&client);
    input_close(&posting->input);
    return exit_code;
}

static int run(int argc, char **argv) {
    struct posting posting = {.is_json = false};
    const char *data = NULL, *text[1] = {NULL};
    struct options_list operands = {.items = text, .capacity = 1};
    posting.tag_list = (struct options_list){.items = posting.tags, .capacity = POST_TAGS_MAX};
    posting.attachment_list = (struct options_list){.items = posting.attachments, .capacity = POST_ATTACHMENTS_MAX};
    const struct options_entry entries[] = {
        API_CLIENT_DATA(&data),
        API_CLIENT_JSON(&posting.is_json),
        {.name = "tag", .kind = OPTIONS_TEXT_LIST, .into.list = &posting.tag_list},
        {.name = "attach", .kind = OPTIONS_TEXT_LIST, .into.list = &posting.attachment_list},
        {.name = "edit", .kind = OPTIONS_TEXT, .into.text = &posting.edit},
        {.name = "delete", .kind = OPTIONS_TEXT, .into.text = &posting.deletion},
    };
    const struct options_table table = {.command = "skep post",
                                        .help = HELP,
                                        .entries = entries,
                                        .count = sizeof entries / sizeof entries[0],
                                        .operands = &operands,
                                        .operand_name = "TEXT"};
    int exit_code;
    if (!options_accept(&table, argc, argv, &exit_code)) return exit_code;
    posting.text = text[0];
    const char *why = wrong(&posting);
    return why != NULL ? options_refuse(&table, "%s", why) : post(&posting, data);
}

const struct command command_post = {
    .name = "post", .summary = "publish a text, edit it, or take it back", .help = HELP, .run = run};
