/* SPDX-License-Identifier: Apache-2.0 */
#include "base/encoding.h"
#include "base/json_writer.h"
#include "cli/add_size.h"
#include "cli/api_client.h"
#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/progress_line.h"
#include "cli/sheet.h"
#include "daemon/loop/clock.h"
#include "swarm/content/manifest.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define HELP                                                                                                           \
    "Examples:\n"                                                                                                      \
    "  skep add report.pdf                         for everybody who has the id it prints\n"                           \
    "  skep add photos/                            a folder: every file in it, each with an id of its own\n"           \
    "  skep add --for community minutes.txt        for who has the community's secret\n"                               \
    "  skep add --for KEY --for KEY letter.txt     for these users alone, and for you; skep status shows a user's "    \
    "key\n"                                                                                                            \
    "  skep add --name notes.txt /tmp/x1           called otherwise than the file is\n"                                \
    "  skep add photos/ > ids                      and elsewhere: skep get - -o photos/ < ids\n"                       \
    "\n"                                                                                                               \
    "Publishes files from the node: seals a copy of each into its store, and prints the id of each and its path "      \
    "once\n"                                                                                                           \
    "that copy is on the disk. The file itself is not touched, and a later change of it is not published. What is "    \
    "no\n"                                                                                                             \
    "plain file (a symbolic link, a socket) is passed over. What was published cannot be taken back from who has "     \
    "it.\n"                                                                                                            \
    "\n"                                                                                                               \
    "Options:\n"                                                                                                       \
    "  --for public|community|KEY  who may read it (default: public); repeat for more keys, 63 at most\n"              \
    "  --name NAME     what a single file is to be called (default: its own name)\n"                                   \
    "  --target N      how many nodes should hold it, 1 to 16 (default: 3)\n"                                          \
    "  --data DIR      the node's data folder\n"                                                                       \
    "  --json          a line of JSON for each file, and a last one with the totals\n"                                 \
    "\n"                                                                                                               \
    "Exit code 1 when a file could not be published; the others are.\n"

enum { PATHS_MAX = 4096, BODY_MAX = 64 * 1024, SILENCE_MS_MAX = 30000 };

struct addition {
    const char *paths[PATHS_MAX];
    const char *users[READERS_USERS_MAX];
    struct options_list path_list, user_list;
    const char *name, *readers; /* "public", "community", "users" */
    int64_t target;
    bool is_json;
    struct progress_line line;
    struct interrupt interrupt;
    uint64_t size; /* of all there is to publish, as far as is known; 0 = not known */
    uint64_t files, failed, bytes;
    uint64_t files_before, failed_before, bytes_before; /* of the paths before this one */
    bool is_whole;                                      /* the node said that it is done with this one */
};

/* ---- What is asked for ---- */

static bool is_key(const char *text) {
    uint8_t bytes[sizeof(struct public_key) + 1];
    struct buffer key = buffer_over(bytes, sizeof bytes);
    return base64_read(span_of_text(text), &key) && key.size == sizeof(struct public_key);
}

/* NULL: what --for says can be done. */
static const char *wrong_reader(struct addition *addition) {
    const struct options_list *users = &addition->user_list;
    addition->readers = users->count == 0 ? "public" : "users";
    for (size_t i = 0; i < users->count; i++) {
        const bool is_word = strcmp(users->items[i], "public") == 0 || strcmp(users->items[i], "community") == 0;
        if (is_word && users->count > 1) return "--for public and --for community stand alone";
        if (is_word) addition->readers = users->items[i];
        if (!is_word && !is_key(users->items[i]))
            return "--for wants public, community, or a user's key: 44 characters, which skep status shows";
    }
    return NULL;
}

static bool absolute_path(const char *path, char out[PATH_MAX]) {
    char cwd[PATH_MAX];
    while (path[0] == '.' && path[1] == '/') path += 1 + strspn(path + 1, "/");
    if (strcmp(path, ".") == 0) path = "";
    if (path[0] != '/' && getcwd(cwd, sizeof cwd) == NULL) return false;
    const int size = path[0] == '/' ? snprintf(out, PATH_MAX, "%s", path)
                                    : snprintf(out, PATH_MAX, "%s/%s", strcmp(cwd, "/") == 0 ? "" : cwd, path);
    if (size < 0 || size >= PATH_MAX) return false;
    for (size_t end = (size_t)size; end > 1 && out[end - 1] == '/'; end--) out[end - 1] = '\0';
    return true;
}

static bool write_body(const struct addition *addition, const char *path, struct buffer *out) {
    struct json_writer w = json_writer_into(out);
    json_open_object(&w, NULL);
    json_put_text(&w, "path", path);
    if (addition->name != NULL) json_put_text(&w, "name", addition->name);
    json_put_text(&w, "readers", addition->readers);
    if (strcmp(addition->readers, "users") == 0) {
        json_open_array(&w, "users");
        for (size_t i = 0; i < addition->user_list.count; i++) json_put_text(&w, NULL, addition->user_list.items[i]);
        json_close_array(&w);
    }
    if (addition->target > 0) json_put_integer(&w, "target", addition->target);
    json_close_object(&w);
    buffer_put(out, (struct span){(const uint8_t *)"", 1});
    return !out->overflowed;
}

/* ---- What comes back ---- */

static void show_progress(struct addition *addition) {
    struct progress_line *line = &addition->line;
    char done[32], rate[32], all[32];
    const int64_t now_ms = (clock_monotonic_us() / 1000);
    const uint64_t bytes = addition->bytes_before + addition->bytes;
    progress_line_note(line, bytes, now_ms);
    if (!progress_line_is_due(line, now_ms)) return;
    const double share = addition->size == 0 ? -1 : (double)bytes / (double)addition->size;
    const uint64_t files = addition->files_before + addition->files;
    progress_line_show(
        line, share, now_ms, "%s%s%s  %s/s  %llu %s", sheet_bytes((double)bytes, done),
        addition->size == 0 ? "" : " of ", addition->size == 0 ? "" : sheet_bytes((double)addition->size, all),
        sheet_bytes(progress_line_rate(line), rate), (unsigned long long)files, files == 1 ? "file" : "files");
}

static void take_totals(struct addition *addition, const struct json_value *totals) {
    addition->files = (uint64_t)api_client_number(totals, "files");
    addition->failed = (uint64_t)api_client_number(totals, "failed");
    addition->bytes = (uint64_t)api_client_number(totals, "bytes");
}

/* Names of our own files, but a terminal obeys them just as well. */
static void print_path(FILE *out, struct span path) {
    char clean[PATH_MAX];
    if (isatty(fileno(out)) == 1) {
        sheet_clean(path, clean, sizeof clean);
        path = span_of_text(clean);
    }
    (void)fprintf(out, "%.*s", (int)path.size, (const char *)path.at);
}

static void show_file(struct addition *addition, struct span text, const struct json_value *file) {
    const struct span id = api_client_text(file, "id"), why = api_client_text(file, "why");
    char clean[400];
    progress_line_clear(&addition->line);
    if (addition->is_json) {
        (void)printf("%.*s\n", (int)text.size, (const char *)text.at);
    } else if (id.size > 0) {
        (void)printf("%.*s  ", (int)id.size, (const char *)id.at);
        print_path(stdout, api_client_text(file, "path"));
        (void)putchar('\n');
    } else {
        (void)fputs("skep add: ", stderr);
        print_path(stderr, api_client_text(file, "path"));
        sheet_clean(why, clean, sizeof clean);
        (void)fprintf(stderr, ": %s\n", clean);
    }
}

static bool take_line(void *context, struct span text, const struct json_value *json) {
    struct addition *addition = context;
    const struct json_value *progress = json_member(json, "progress"), *done = json_member(json, "done");
    if (progress != NULL) {
        take_totals(addition, progress);
    } else if (done != NULL) {
        take_totals(addition, done);
        addition->is_whole = true;
    } else {
        show_file(addition, text, json);
    }
    show_progress(addition);
    return !interrupt_came(&addition->interrupt);
}

/* ---- All of it ---- */

static bool is_folder(const char *path) {
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

static int add_path(struct addition *addition, struct api_client *client, const char *path) {
    char absolute[PATH_MAX];
    uint8_t memory[BODY_MAX];
    struct buffer body = buffer_over(memory, sizeof memory);
    addition->files_before += addition->files;
    addition->failed_before += addition->failed;
    addition->bytes_before += addition->bytes;
    addition->files = addition->failed = addition->bytes = 0;
    addition->is_whole = false;
    if (!absolute_path(path, absolute) || !write_body(addition, absolute, &body)) {
        progress_line_clear(&addition->line);
        (void)fprintf(stderr, "skep add: the path or the name is too long, or not UTF-8: %s\n", path);
        addition->failed++;
        return EXIT_CODE_DONE;
    }
    show_progress(addition);
    const int exit_code = api_client_post_lines(client, "/api/v1/files", (const char *)memory, take_line, addition);
    if (exit_code != EXIT_CODE_DONE || addition->is_whole || interrupt_came(&addition->interrupt)) return exit_code;
    progress_line_clear(&addition->line);
    (void)fputs("skep add: the node ended before it was done\n", stderr);
    return EXIT_CODE_UNREACHABLE;
}

static void print_end(const struct addition *addition) {
    char size[32];
    const uint64_t files = addition->files_before + addition->files,
                   failed = addition->failed_before + addition->failed;
    const size_t users = addition->user_list.count;
    const char *them = files == 1 ? "it" : "them";
    (void)fprintf(stderr, "%llu %s, %s", (unsigned long long)files, files == 1 ? "file" : "files",
                  sheet_bytes((double)(addition->bytes_before + addition->bytes), size));
    if (files == 0)
        (void)fputs("\n", stderr);
    else if (strcmp(addition->readers, "public") == 0)
        (void)fputs("; everybody who has an id can read that file\n", stderr);
    else if (strcmp(addition->readers, "community") == 0)
        (void)fprintf(stderr, "; who has the community's secret can read %s\n", them);
    else
        (void)fprintf(stderr, "; you and %zu other %s can read %s, nobody else\n", users, users == 1 ? "user" : "users",
                      them);
    if (failed > 0) (void)fprintf(stderr, "%llu could not be published\n", (unsigned long long)failed);
}

static void print_totals_json(const struct addition *addition) {
    (void)printf("{\"done\":{\"files\":%llu,\"failed\":%llu,\"bytes\":%llu}}\n",
                 (unsigned long long)(addition->files_before + addition->files),
                 (unsigned long long)(addition->failed_before + addition->failed),
                 (unsigned long long)(addition->bytes_before + addition->bytes));
}

static int add_all(struct addition *addition, struct api_client *client) {
    int exit_code = EXIT_CODE_DONE;
    client->silence_ms_max = SILENCE_MS_MAX;
    interrupt_open(&addition->interrupt);
    progress_line_init(&addition->line);
    if (addition->line.is_on) addition->size = add_size_of(addition->paths, addition->path_list.count);
    for (size_t i = 0; i < addition->path_list.count && exit_code == EXIT_CODE_DONE; i++) {
        if (interrupt_came(&addition->interrupt)) break;
        exit_code = add_path(addition, client, addition->paths[i]);
    }
    progress_line_clear(&addition->line);
    if (interrupt_came(&addition->interrupt))
        (void)fputs("skep add: stopped; what stands above is published, the rest is not\n", stderr);
    else if (exit_code == EXIT_CODE_DONE && addition->is_json)
        print_totals_json(addition);
    else if (exit_code == EXIT_CODE_DONE)
        print_end(addition);
    interrupt_close(&addition->interrupt);
    if (exit_code != EXIT_CODE_DONE) return exit_code;
    return addition->failed_before + addition->failed > 0 ? EXIT_CODE_FAILED : EXIT_CODE_DONE;
}

static int run_with(struct addition *addition, int argc, char **argv) {
    struct api_client client;
    const char *data = NULL;
    const struct options_entry entries[] = {
        API_CLIENT_DATA(&data),
        API_CLIENT_JSON(&addition->is_json),
        {.name = "name", .kind = OPTIONS_TEXT, .into.text = &addition->name},
        {.name = "for", .kind = OPTIONS_TEXT_LIST, .into.list = &addition->user_list},
        {.name = "target",
         .kind = OPTIONS_INTEGER,
         .into.integer = &addition->target,
         .min = 1,
         .max = MANIFEST_TARGET_MAX},
    };
    const struct options_table table = {.command = "skep add",
                                        .help = HELP,
                                        .entries = entries,
                                        .count = sizeof entries / sizeof entries[0],
                                        .operands = &addition->path_list,
                                        .operand_name = "PATH",
                                        .operands_min = 1};
    int exit_code;
    if (!options_accept(&table, argc, argv, &exit_code)) return exit_code;
    const char *wrong = wrong_reader(addition);
    if (wrong != NULL) return options_refuse(&table, "%s", wrong);
    for (size_t i = 0; i < addition->path_list.count; i++)
        if (addition->paths[i][0] == '\0') return options_refuse(&table, "an empty path");
    if (addition->name != NULL && addition->path_list.count > 1)
        return options_refuse(&table, "--name is for a single file");
    if (addition->name != NULL && is_folder(addition->paths[0]))
        return options_refuse(&table, "--name is for a single file, and %s is a folder", addition->paths[0]);
    exit_code = api_client_open(&client, table.command, data);
    if (exit_code == EXIT_CODE_DONE) exit_code = add_all(addition, &client);
    api_client_close(&client);
    return exit_code;
}

static int run(int argc, char **argv) {
    struct addition addition = {.path_list = {.capacity = PATHS_MAX}, .user_list = {.capacity = READERS_USERS_MAX - 1}};
    addition.path_list.items = addition.paths;
    addition.user_list.items = addition.users;
    return run_with(&addition, argc, argv);
}

const struct command command_add = {.name = "add", .summary = "publish files and folders", .help = HELP, .run = run};
