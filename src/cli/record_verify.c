/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/record_verify.h"

#include <stdio.h>
#include <string.h>

#include "base/json_writer.h"
#include "base/memory.h"
#include "cli/command.h"
#include "cli/input.h"
#include "cli/past_time.h"
#include "cli/sheet.h"
#include "swarm/content/manifest.h"

enum { ANSWER_MAX = 4096 };

struct verdict {
    enum refusal refusal;
    bool is_manifest;
    struct checked_record record;
    struct checked_manifest manifest; /* when it is one */
};

static void judge(struct span text, struct arena *arena, struct verdict *verdict) {
    const struct verifier verifier = sign_verifier();
    verdict->refusal = record_check(text, &verifier, arena, &verdict->record);
    if (verdict->refusal != REFUSAL_NONE) return;
    const enum refusal refusal = manifest_check(&verdict->record, &verdict->manifest);
    verdict->is_manifest = refusal != REFUSAL_RECORD_TYPE_OTHER;
    if (verdict->is_manifest) verdict->refusal = refusal;
}

static const char *author_id(const struct checked_record *record, char text[NODE_ID_TEXT_SIZE + 1]) {
    if (!record->author.is_user) return node_id_text(&record->node_id, text);
    const struct user_id user = user_id_of_key(&record->author.key);
    return user_id_text(&user, text);
}

static const char *readers_text(const struct readers *readers, char text[64]) {
    switch (readers->kind) {
    case READERS_PUBLIC: return "everybody who has the id";
    case READERS_COMMUNITY: return "who has the community's secret";
    case READERS_USERS:
        (void)snprintf(text, 64, "%u %s, by %s", readers->user_count, readers->user_count == 1 ? "user" : "users",
                       readers->user_count == 1 ? "a key" : "their keys");
        return text;
    }
    return "";
}

static void print_manifest(const struct checked_manifest *manifest) {
    char size[32], readers[64], name[400];
    sheet_clean(span_of_text(manifest->about.name), name, sizeof name);
    (void)printf("Name      %s\n", manifest->readers.kind == READERS_PUBLIC ? name : "(sealed for its readers)");
    (void)printf("Size      %s (%llu bytes), %u %s\n", sheet_bytes((double)manifest->shape.size, size),
                 (unsigned long long)manifest->shape.size, manifest->shape.chunk_count,
                 manifest->shape.chunk_count == 1 ? "chunk" : "chunks");
    (void)printf("Readers   %s\n", readers_text(&manifest->readers, readers));
}

static void print_text(const struct verdict *verdict) {
    char id[OBJECT_ID_TEXT_SIZE + 1], author[NODE_ID_TEXT_SIZE + 1], node[NODE_ID_TEXT_SIZE + 1], type[80];
    char time[PAST_TIME_SIZE];
    const struct checked_record *record = &verdict->record;
    for (size_t i = 0; i < sizeof record->id.bytes; i++) (void)snprintf(id + 2 * i, 3, "%02x", record->id.bytes[i]);
    sheet_clean(record->type, type, sizeof type);
    (void)printf("ok\n");
    (void)printf("Id        %s\n", id);
    (void)printf("Type      %s\n", type);
    (void)printf("Author    %s %s\n", record->author.is_user ? "user" : "node", author_id(record, author));
    (void)printf("Signed    by node %s, %s by its clock\n", node_id_text(&record->node_id, node),
                 past_time_text(record->at_ms, time));
    if (verdict->is_manifest) print_manifest(&verdict->manifest);
}

static void print_json(const struct verdict *verdict) {
    uint8_t memory[ANSWER_MAX];
    struct buffer out = buffer_over(memory, sizeof memory);
    struct json_writer w = json_writer_into(&out);
    char author[NODE_ID_TEXT_SIZE + 1], node[NODE_ID_TEXT_SIZE + 1];
    const struct checked_record *record = &verdict->record;
    json_open_object(&w, NULL);
    json_put_boolean(&w, "ok", verdict->refusal == REFUSAL_NONE);
    if (verdict->refusal != REFUSAL_NONE) {
        json_put_text(&w, "reason", refusal_name(verdict->refusal));
    } else {
        json_put_hex(&w, "id", (struct span){record->id.bytes, sizeof record->id.bytes});
        json_put_span(&w, "type", record->type);
        json_put_text(&w, "author", author_id(record, author));
        json_put_boolean(&w, "isUser", record->author.is_user);
        json_put_text(&w, "nodeId", node_id_text(&record->node_id, node));
        json_put_integer(&w, "at", record->at_ms);
    }
    if (verdict->refusal == REFUSAL_NONE && verdict->is_manifest) {
        const struct checked_manifest *manifest = &verdict->manifest;
        const bool is_public = manifest->readers.kind == READERS_PUBLIC;
        json_put_text(&w, "name", is_public ? manifest->about.name : NULL);
        json_put_integer(&w, "size", (int64_t)manifest->shape.size);
        json_put_integer(&w, "chunks", manifest->shape.chunk_count);
        json_put_text(&w, "readers", readers_kind_name(manifest->readers.kind));
    }
    json_close_object(&w);
    (void)printf("%.*s\n", (int)out.size, (const char *)out.at);
}

/* Whoever published a file may well ask this of the file itself. */
static void print_refusal(const char *path, enum refusal refusal) {
    (void)printf("%s\n", refusal_name(refusal));
    if (refusal == REFUSAL_JSON_SYNTAX || refusal == REFUSAL_RECORD_SIZE)
        (void)fprintf(stderr, "skep verify: %s is no signed record; what skep add published is verified by its id\n",
                      strcmp(path, "-") == 0 ? "standard input" : path);
}

int record_verify(const char *path, bool is_json) {
    struct input input;
    struct err_detail detail = {{0}};
    struct verdict *verdict = memory_zeroed(1, sizeof *verdict);
    void *memory = memory_zeroed(1, RECORD_ARENA_SIZE);
    struct arena arena = arena_over(memory, RECORD_ARENA_SIZE);
    /* A file that ends with a new line, as editors and echo write them, holds the same record. */
    const enum err err = input_open(&input, path, RECORD_SIZE_MAX + 1, &detail);
    struct span text = input_span(&input);
    if (text.size > 0 && text.at[text.size - 1] == '\n') text.size--;
    if (err == ERR_OK)
        judge(text, &arena, verdict);
    else if (err == ERR_LIMIT)
        verdict->refusal = REFUSAL_RECORD_SIZE;
    else
        (void)fprintf(stderr, "skep verify: %s%s\n", detail.text,
                      err == ERR_NOT_FOUND ? "; an id has 6 to 64 hex digits" : "");
    const bool is_judged = err == ERR_OK || err == ERR_LIMIT, is_good = verdict->refusal == REFUSAL_NONE;
    if (is_judged && is_json)
        print_json(verdict);
    else if (is_judged && is_good)
        print_text(verdict);
    else if (is_judged)
        print_refusal(path, verdict->refusal);
    input_close(&input);
    memory_free(memory);
    memory_free(verdict);
    return !is_judged ? EXIT_CODE_FAILED : is_good ? EXIT_CODE_DONE : EXIT_CODE_CHECK;
}
