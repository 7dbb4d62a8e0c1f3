/* SPDX-License-Identifier: Apache-2.0 */
/* A peer for scripts that says it has a file, and then lies in one way; it tells in a line of JSON what came of it.
 *
 *   content_liar --from 127.0.0.1:8782 --to 127.0.0.1:8783 --file HEX --lie wrong-chunk
 *
 * It gets what it needs to lie well (the manifest and the first list) from an honest node, --from, and lies to --to. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/encoding.h"
#include "base/json_writer.h"
#include "base/memory.h"
#include "base/must.h"
#include "base/number.h"
#include "lib/hostile_link.h"
#include "swarm/content/manifest.h"
#include "swarm/wire/data.h"
#include "swarm/wire/goodbye.h"
#include "swarm/wire/have.h"
#include "swarm/wire/hello.h"
#include "swarm/wire/miss.h"
#include "swarm/wire/ping.h"
#include "swarm/wire/pong.h"
#include "swarm/wire/want.h"

enum { BODY_MAX = LIMIT_BULK_BODY_MAX + 1, LIST_MAX = FILE_LIST_CHUNKS * OBJECT_ID_SIZE };

/* What is lied about; all before it is told as it is. */
enum subject { SUBJECT_MANIFEST, SUBJECT_LIST, SUBJECT_CHUNK };

struct liar {
    struct address from, to;
    struct object_id file;
    const struct lie *lie;
    struct signing_key key;
    const char *community;
    int timeout_ms;
    struct hostile_link *link;
    uint8_t *manifest_text, *list, *body;
    size_t manifest_size, list_size;
    struct checked_manifest *manifest;
    uint32_t asked, lied, cancelled;
    enum reason goodbye;
    char text[LIMIT_GOODBYE_TEXT_MAX + 1];
};

struct lie {
    const char *name;
    enum subject subject;
    void (*tell)(struct liar *liar, const struct want *want, uint8_t *bytes, uint32_t size);
};

static int64_t clock_ms(clockid_t clock) {
    struct timespec now;
    must(clock_gettime(clock, &now) == 0);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- Talking ---- */

static void say_hello(struct liar *liar) {
    struct buffer out = buffer_over(liar->body, BODY_MAX);
    const struct hostile_hello hello = {
        .key = &liar->key, .community = liar->community, .features = "\"content\"", .now_ms = clock_ms(CLOCK_REALTIME)};
    hostile_hello_write(&out, &hello);
    (void)hostile_link_send_frame(liar->link, MESSAGE_HELLO, buffer_span(&out));
}

static void send_data(struct liar *liar, uint32_t req, uint32_t offset, uint32_t total, struct span bytes) {
    struct buffer out = buffer_over(liar->body, BODY_MAX);
    data_build(&out, &(struct data){req, offset, total, bytes});
    must(!out.overflowed);
    (void)hostile_link_send_frame(liar->link, MESSAGE_DATA, buffer_span(&out));
}

static void send_all(struct liar *liar, uint32_t req, const uint8_t *bytes, uint32_t size) {
    for (uint32_t at = 0; at < size;) {
        const uint32_t step = size - at < DATA_BYTES_MAX ? size - at : DATA_BYTES_MAX;
        send_data(liar, req, at, size, (struct span){bytes + at, step});
        at += step;
    }
}

static void send_miss(struct liar *liar, uint32_t req, enum miss_code code) {
    struct buffer out = buffer_over(liar->body, BODY_MAX);
    miss_build(&out, &(struct miss){req, code});
    (void)hostile_link_send_frame(liar->link, MESSAGE_MISS, buffer_span(&out));
}

static bool connect_to(struct liar *liar, const struct address *to) {
    const struct hostile_options options = {.key = liar->key, .protocol = "skep/1", .timeout_ms = liar->timeout_ms};
    liar->link = hostile_link_dial(to, &options);
    if (hostile_link_outcome(liar->link)->end != HOSTILE_END_NONE) return false;
    say_hello(liar);
    return true;
}

/* ---- What it has to know ---- */

static size_t get(struct liar *liar, uint32_t req, const struct object_id *id, uint8_t *into, size_t capacity) {
    const struct verifier verifier = sign_verifier();
    void *memory = memory_zeroed(1, LIMIT_CHECK_ARENA);
    struct buffer out = buffer_over(liar->body, BODY_MAX);
    struct frame frame;
    size_t size = 0;
    want_build(&out, &(struct want){.req = req, .id = *id});
    (void)hostile_link_send_frame(liar->link, MESSAGE_WANT, buffer_span(&out));
    while (hostile_link_read_frame(liar->link, &frame)) {
        struct arena arena = arena_over(memory, LIMIT_CHECK_ARENA);
        const void *checked = NULL;
        if (frame.type != MESSAGE_DATA) continue;
        must(data_check(frame.body, &verifier, &arena, &checked) == REFUSAL_NONE);
        const struct data *data = checked;
        must(data->offset + data->bytes.size <= capacity);
        memcpy(into + data->offset, data->bytes.at, data->bytes.size);
        size = data->offset + data->bytes.size;
        if (size == data->total) break;
    }
    memory_free(memory);
    return size;
}

static bool learn(struct liar *liar) {
    const struct verifier verifier = sign_verifier();
    void *memory = memory_zeroed(1, RECORD_ARENA_SIZE);
    struct arena arena = arena_over(memory, RECORD_ARENA_SIZE);
    struct checked_record record;
    struct frame frame;
    if (!connect_to(liar, &liar->from)) return false;
    while (hostile_link_read_frame(liar->link, &frame) && frame.type != MESSAGE_HELLO) {
    }
    liar->manifest_size = get(liar, 1, &liar->file, liar->manifest_text, RECORD_SIZE_MAX);
    const struct span text = {liar->manifest_text, liar->manifest_size};
    const bool is_good = record_check(text, &verifier, &arena, &record) == REFUSAL_NONE &&
                         manifest_check(&record, liar->manifest) == REFUSAL_NONE;
    if (is_good && liar->manifest->shape.list_count > 0)
        liar->list_size = get(liar, 2, &liar->manifest->lists[0], liar->list, LIST_MAX);
    hostile_link_close(liar->link);
    memory_free(memory);
    return is_good;
}

/* ---- Lies; `bytes` are the truth, or, of a chunk, noise of its size ---- */

static void tell_garbage(struct liar *liar, const struct want *want, uint8_t *bytes, uint32_t size) {
    memset(bytes, 0xa5, size);
    send_all(liar, want->req, bytes, size);
}

static void tell_forged(struct liar *liar, const struct want *want, uint8_t *bytes, uint32_t size) {
    static const char member[] = "\"sig\":\"";
    uint8_t *sig = memmem(bytes, size, member, sizeof member - 1);
    must(sig != NULL);
    sig += sizeof member - 1;
    *sig = *sig == 'A' ? 'B' : 'A';
    send_all(liar, want->req, bytes, size);
}

static void tell_flipped(struct liar *liar, const struct want *want, uint8_t *bytes, uint32_t size) {
    bytes[size / 2] ^= 1;
    send_all(liar, want->req, bytes, size);
}

static void tell_longer(struct liar *liar, const struct want *want, uint8_t *bytes, uint32_t size) {
    send_data(liar, want->req, 0, size + 1, (struct span){bytes, size < DATA_BYTES_MAX ? size : DATA_BYTES_MAX});
}

static void tell_endless(struct liar *liar, const struct want *want, uint8_t *bytes, uint32_t size) {
    send_data(liar, want->req, 0, UINT32_MAX, (struct span){bytes, size < DATA_BYTES_MAX ? size : DATA_BYTES_MAX});
}

static void tell_later(struct liar *liar, const struct want *want, uint8_t *bytes, uint32_t size) {
    send_data(liar, want->req, 1, size, (struct span){bytes, 1});
}

static void tell_unasked(struct liar *liar, const struct want *want, uint8_t *bytes, uint32_t size) {
    send_data(liar, want->req + 1000000, 0, size, (struct span){bytes, size < DATA_BYTES_MAX ? size : DATA_BYTES_MAX});
}

static void tell_twice(struct liar *liar, const struct want *want, uint8_t *bytes, uint32_t size) {
    send_all(liar, want->req, bytes, size);
    send_all(liar, want->req, bytes, size);
}

static void tell_half(struct liar *liar, const struct want *want, uint8_t *bytes, uint32_t size) {
    send_data(liar, want->req, 0, size, (struct span){bytes, size < DATA_BYTES_MAX ? size / 2 : DATA_BYTES_MAX});
}

static void tell_nothing(struct liar *liar, const struct want *want, uint8_t *bytes, uint32_t size) {
    (void)liar;
    (void)want;
    (void)bytes;
    (void)size;
}

static void tell_miss(struct liar *liar, const struct want *want, uint8_t *bytes, uint32_t size) {
    (void)bytes;
    (void)size;
    send_miss(liar, want->req, MISS_NOT_HELD);
}

static const struct lie lies[] = {
    {"garbage-manifest", SUBJECT_MANIFEST, tell_garbage}, {"forged-manifest", SUBJECT_MANIFEST, tell_forged},
    {"endless-manifest", SUBJECT_MANIFEST, tell_endless}, {"silent-manifest", SUBJECT_MANIFEST, tell_nothing},
    {"wrong-list", SUBJECT_LIST, tell_flipped},           {"wrong-chunk", SUBJECT_CHUNK, tell_garbage},
    {"longer-chunk", SUBJECT_CHUNK, tell_longer},         {"slice-out-of-order", SUBJECT_CHUNK, tell_later},
    {"unasked-slice", SUBJECT_CHUNK, tell_unasked},       {"slices-twice", SUBJECT_LIST, tell_twice},
    {"stalled-chunk", SUBJECT_CHUNK, tell_half},          {"has-nothing", SUBJECT_CHUNK, tell_miss},
};
enum { LIE_COUNT = sizeof lies / sizeof lies[0] };

/* ---- Lying ---- */

static uint32_t size_of_chunk(const struct liar *liar, const struct object_id *id) {
    for (uint32_t i = 0; i < liar->list_size / OBJECT_ID_SIZE; i++)
        if (memcmp(liar->list + (size_t)i * OBJECT_ID_SIZE, id->bytes, OBJECT_ID_SIZE) == 0)
            return file_chunk_sealed_size(&liar->manifest->shape, i);
    return file_chunk_sealed_size(&liar->manifest->shape, 0);
}

static void answer(struct liar *liar, const struct want *want) {
    uint8_t *bytes = memory_zeroed(1, FILE_BLOB_SIZE_MAX + LIST_MAX + RECORD_SIZE_MAX);
    uint32_t size = size_of_chunk(liar, &want->id);
    enum subject subject = SUBJECT_CHUNK;
    liar->asked++;
    if (object_id_equal(&want->id, &liar->file)) {
        subject = SUBJECT_MANIFEST;
        size = (uint32_t)liar->manifest_size;
        memcpy(bytes, liar->manifest_text, size);
    } else if (liar->list_size > 0 && object_id_equal(&want->id, &liar->manifest->lists[0])) {
        subject = SUBJECT_LIST;
        size = (uint32_t)liar->list_size;
        memcpy(bytes, liar->list, size);
    }
    if (subject < liar->lie->subject) {
        send_all(liar, want->req, bytes, size);
    } else if (subject > liar->lie->subject) {
        send_miss(liar, want->req, MISS_NOT_HELD);
    } else {
        liar->lie->tell(liar, want, bytes, size);
        if (liar->lied++ == 0) (void)puts("{\"lied\":1}");
        (void)fflush(stdout);
    }
    memory_free(bytes);
}

static void take_frame(struct liar *liar, const struct frame *frame, struct arena *arena) {
    const struct verifier verifier = sign_verifier();
    const void *checked = NULL;
    struct buffer out = buffer_over(liar->body, BODY_MAX);
    if (frame->type == MESSAGE_WANT && want_check(frame->body, &verifier, arena, &checked) == REFUSAL_NONE) {
        answer(liar, checked);
    } else if (frame->type == MESSAGE_PING && ping_check(frame->body, &verifier, arena, &checked) == REFUSAL_NONE) {
        const struct ping *ping = checked;
        pong_build(&out, &(struct pong){.seq = ping->seq});
        (void)hostile_link_send_frame(liar->link, MESSAGE_PONG, buffer_span(&out));
    } else if (frame->type == MESSAGE_CANCEL) {
        liar->cancelled++;
    } else if (frame->type == MESSAGE_GOODBYE &&
               goodbye_check(frame->body, &verifier, arena, &checked) == REFUSAL_NONE) {
        const struct goodbye *goodbye = checked;
        liar->goodbye = goodbye->reason;
        memcpy(liar->text, goodbye->text, sizeof liar->text);
    }
}

static void claim(struct liar *liar) {
    struct have *have = memory_zeroed(1, sizeof *have);
    struct buffer out = buffer_over(liar->body, BODY_MAX);
    have->add_count = 1;
    have->add[0] = liar->file;
    have_build(&out, have);
    (void)hostile_link_send_frame(liar->link, MESSAGE_HAVE, buffer_span(&out));
    memory_free(have);
}

static void tell(struct liar *liar) {
    void *memory = memory_zeroed(1, LIMIT_CHECK_ARENA);
    struct frame frame;
    if (!connect_to(liar, &liar->to)) return;
    (void)puts("{\"linked\":true}");
    (void)fflush(stdout);
    while (hostile_link_read_frame(liar->link, &frame)) {
        struct arena arena = arena_over(memory, LIMIT_CHECK_ARENA);
        if (frame.type == MESSAGE_HELLO)
            claim(liar);
        else
            take_frame(liar, &frame, &arena);
    }
    memory_free(memory);
}

static void print_end(const struct liar *liar) {
    uint8_t memory[1024];
    struct buffer out = buffer_over(memory, sizeof memory);
    struct json_writer w = json_writer_into(&out);
    json_open_object(&w, NULL);
    json_put_text(&w, "lie", liar->lie->name);
    json_put_integer(&w, "asked", liar->asked);
    json_put_integer(&w, "lied", liar->lied);
    json_put_integer(&w, "cancelled", liar->cancelled);
    json_put_text(&w, "goodbye", liar->goodbye == REASON_NONE ? NULL : reason_name(liar->goodbye));
    json_put_text(&w, "text", liar->text);
    json_put_text(&w, "end", hostile_end_name(hostile_link_outcome(liar->link)->end));
    json_close_object(&w);
    must(!out.overflowed);
    (void)printf("%.*s\n", (int)out.size, (const char *)memory);
}

/* ---- The command line ---- */

static _Noreturn void usage(const char *what) {
    (void)fprintf(stderr,
                  "content_liar: %s\n"
                  "usage: content_liar --from IP:PORT --to IP:PORT --file HEX --lie NAME [--community NAME] [--key N]\n"
                  "                    [--timeout MS]\nlies:",
                  what);
    for (size_t i = 0; i < LIE_COUNT; i++) (void)fprintf(stderr, " %s", lies[i].name);
    (void)fprintf(stderr, "\n");
    exit(2);
}

static void take_option(struct liar *liar, const char *option, const char *value) {
    uint32_t number;
    if (strcmp(option, "--from") == 0 || strcmp(option, "--to") == 0) {
        if (!address_read(span_of_text(value), strcmp(option, "--to") == 0 ? &liar->to : &liar->from))
            usage("an address is IP:PORT");
    } else if (strcmp(option, "--file") == 0) {
        if (!object_id_read(span_of_text(value), &liar->file)) usage("--file wants 64 hex digits");
    } else if (strcmp(option, "--lie") == 0) {
        for (size_t i = 0; i < LIE_COUNT; i++)
            if (strcmp(lies[i].name, value) == 0) liar->lie = &lies[i];
    } else if (strcmp(option, "--community") == 0) {
        liar->community = value;
    } else if (strcmp(option, "--key") == 0 && number_read_u32(span_of_text(value), UINT32_MAX, &number)) {
        liar->key = hostile_key(number);
    } else if (strcmp(option, "--timeout") == 0 && number_read_u32(span_of_text(value), 3600000, &number)) {
        liar->timeout_ms = (int)number;
    } else {
        usage("there is no such option");
    }
}

int main(int count, char **arguments) {
    struct liar liar = {.community = "test", .timeout_ms = 30000};
    if (!sign_init()) return 1;
    liar.key = hostile_key(4711);
    for (int i = 1; i < count; i += 2) {
        if (i + 1 == count) usage("an option lacks its value");
        take_option(&liar, arguments[i], arguments[i + 1]);
    }
    if (liar.lie == NULL) usage("--lie is missing");
    liar.manifest_text = memory_zeroed(1, RECORD_SIZE_MAX);
    liar.list = memory_zeroed(1, LIST_MAX);
    liar.body = memory_zeroed(1, BODY_MAX);
    liar.manifest = memory_zeroed(1, sizeof *liar.manifest);
    if (!learn(&liar)) {
        (void)fputs("content_liar: the honest node did not give the file\n", stderr);
        return 1;
    }
    tell(&liar);
    print_end(&liar);
    hostile_link_close(liar.link);
    memory_free(liar.manifest_text);
    memory_free(liar.list);
    memory_free(liar.body);
    memory_free(liar.manifest);
    return 0;
}
