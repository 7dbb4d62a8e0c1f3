/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/backup_words.h"

#include "base/json_writer.h"
#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/passphrase.h"
#include "cli/past_time.h"
#include "cli/progress_line.h"
#include "cli/sheet.h"
#include "daemon/loop/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { TEXT_ROOM = 8192 }; /* a path, escaped, and the figures */

int backup_words_failed(const char *command, enum err err, const struct err_detail *detail) {
    (void)fprintf(stderr, "%s: %s\n", command, detail->text[0] != '\0' ? detail->text : err_sentence(err));
    const bool is_refusal = err == ERR_REFUSED || err == ERR_DAMAGED || err == ERR_FOREIGN;
    return is_refusal ? EXIT_CODE_CHECK : EXIT_CODE_FAILED;
}

/* ---- In words ---- */

static const char *plural(uint64_t count, const char *one, const char *many) {
    return count == 1 ? one : many;
}

void backup_words_print(const char *verb, const struct account *account) {
    char node[NODE_ID_TEXT_SIZE + 1], user[NODE_ID_TEXT_SIZE + 1], size[32], when[PAST_TIME_SIZE];
    const uint64_t lost = account->parts_lost, left = account->files_left;
    (void)printf("%s  node %s\n", verb, node_id_text(&account->node_id, node));
    (void)printf("%*s  user %s\n", (int)strlen(verb), "", user_id_text(&account->user_id, user));
    (void)printf("made  %s, by %s\n", past_time_text(account->made_at_ms, when), account->agent);
    (void)printf("in it %llu %s of files, %llu %s, %llu sealed %s, %s\n", (unsigned long long)account->manifests,
                 plural(account->manifests, "record", "records"), (unsigned long long)account->posts,
                 plural(account->posts, "post", "posts"), (unsigned long long)account->files,
                 plural(account->files, "file", "files"), sheet_bytes((double)account->bytes, size));
    if (!account->has_files)
        (void)printf("left out: %llu sealed %s that this node only held or fetched; they are fetched again\n",
                     (unsigned long long)left, plural(left, "file", "files"));
    if (lost > 0)
        (void)printf("not in it: %llu %s of files that the node's disk did not have any more as written\n",
                     (unsigned long long)lost, plural(lost, "part", "parts"));
}

void backup_words_print_json(const char *name, const char *value, const struct account *account) {
    char node[NODE_ID_TEXT_SIZE + 1], user[NODE_ID_TEXT_SIZE + 1];
    uint8_t memory[TEXT_ROOM];
    struct buffer out = buffer_over(memory, sizeof memory);
    struct json_writer w = json_writer_into(&out);
    json_open_object(&w, NULL);
    json_put_boolean(&w, "ok", true);
    if (name != NULL) json_put_text(&w, name, value);
    json_put_text(&w, "nodeId", node_id_text(&account->node_id, node));
    json_put_text(&w, "userId", user_id_text(&account->user_id, user));
    json_put_integer(&w, "madeAt", account->made_at_ms);
    json_put_text(&w, "agent", account->agent);
    json_put_integer(&w, "manifests", (int64_t)account->manifests);
    json_put_integer(&w, "posts", (int64_t)account->posts);
    json_put_integer(&w, "files", (int64_t)account->files);
    json_put_integer(&w, "filesLeft", (int64_t)account->files_left);
    json_put_integer(&w, "partsLost", (int64_t)account->parts_lost);
    json_put_integer(&w, "bytes", (int64_t)account->bytes);
    json_close_object(&w);
    (void)printf("%.*s\n", (int)out.size, (const char *)out.at);
}

/* ---- A file of it ---- */

int backup_file_open(struct backup_file *file, const char *command, const char *path, const char *passphrase_file) {
    struct err_detail detail = {0};
    struct passphrase passphrase;
    *file = (struct backup_file){.fd = open(path, O_RDONLY | O_CLOEXEC)};
    if (file->fd < 0) {
        (void)fprintf(stderr, "%s: %s: %s\n", command, path, strerror(errno));
        return EXIT_CODE_FAILED;
    }
    enum err err = backup_reader_open(&file->reader, file->fd, path, &detail);
    if (err == ERR_OK) err = passphrase_get(&passphrase, passphrase_file, false, &detail);
    if (err == ERR_OK) {
        err = backup_reader_unlock(file->reader, passphrase_span(&passphrase), &detail);
        passphrase_wipe(&passphrase);
    }
    if (err == ERR_OK) return EXIT_CODE_DONE;
    backup_file_close(file);
    return backup_words_failed(command, err, &detail);
}

void backup_file_close(struct backup_file *file) {
    backup_reader_free(file->reader);
    if (file->fd >= 0) (void)close(file->fd);
    *file = (struct backup_file){.fd = -1};
}

struct verifying {
    struct progress_line line;
    struct interrupt interrupt;
};

static bool moved(void *context, uint64_t done, uint64_t total) {
    struct verifying *verifying = context;
    const int64_t now_ms = clock_monotonic_us() / 1000;
    char bytes[32], all[32];
    progress_line_note(&verifying->line, done, now_ms);
    if (progress_line_is_due(&verifying->line, now_ms))
        progress_line_show(&verifying->line, total == 0 ? -1 : (double)done / (double)total, now_ms, "%s of %s",
                           sheet_bytes((double)done, bytes), sheet_bytes((double)total, all));
    return !interrupt_came(&verifying->interrupt);
}

int backup_file_verify(struct backup_file *file, const char *command, const char *path, bool is_json) {
    struct verifying verifying;
    struct err_detail detail = {0};
    struct account account;
    const struct backup_sink sink = {.moved = moved, .context = &verifying};
    progress_line_init(&verifying.line);
    interrupt_open(&verifying.interrupt);
    const enum err err = backup_reader_read(file->reader, &sink, &account, &detail);
    progress_line_clear(&verifying.line);
    interrupt_close(&verifying.interrupt);
    if (err != ERR_OK) return backup_words_failed(command, err, &detail);
    if (is_json) {
        backup_words_print_json(NULL, NULL, &account);
    } else {
        (void)printf("ok: all of %s opens\n", path);
        backup_words_print("holds", &account);
    }
    return EXIT_CODE_DONE;
}
