/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/record_bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/json_writer.h"
#include "base/memory.h"

enum { TEXT_ROOM = 1 << 17 };

void record_bench_bytes(const char *name, uint8_t bytes[32]) {
    char text[80];
    (void)snprintf(text, sizeof text, "vector %s", name);
    const struct sha256 hash = hash_sha256(span_of_text(text));
    memcpy(bytes, hash.bytes, sizeof hash.bytes);
}

struct signing_key record_bench_key(const char *name) {
    uint8_t seed[32];
    struct signing_key key;
    record_bench_bytes(name, seed);
    sign_key_from_seed(&key, seed);
    return key;
}

struct public_key record_bench_public(const char *name) {
    const struct signing_key key = record_bench_key(name);
    return sign_public_key(&key);
}

struct user_cert record_bench_cert(const char *user, const char *node, int64_t at_ms) {
    struct user_cert cert;
    const struct signing_key user_key = record_bench_key(user);
    const struct public_key node_key = record_bench_public(node);
    user_cert_issue(&cert, &user_key, &node_key, at_ms < 1000 ? 0 : at_ms - 1000, at_ms + 86400000);
    return cert;
}

static void fill_with_given(void *context, uint8_t *bytes, size_t size) {
    assert_int_equal(size, 32);
    memcpy(bytes, context, size);
}

struct entropy record_bench_entropy(const uint8_t bytes[32]) {
    return (struct entropy){.fill = fill_with_given, .context = (void *)(uintptr_t)bytes};
}

static struct arena fresh_arena(void) {
    static _Alignas(16) uint8_t memory[RECORD_ARENA_SIZE];
    return arena_over(memory, sizeof memory);
}

enum refusal record_bench_check(struct span text, struct checked_record *record) {
    static uint8_t *exact;
    const struct verifier verifier = sign_verifier();
    struct arena arena = fresh_arena();
    uint8_t *copy = memory_zeroed(1, text.size);
    if (text.size > 0) memcpy(copy, text.at, text.size);
    memory_free(exact);
    exact = copy;
    const enum refusal refusal = record_check((struct span){exact, text.size}, &verifier, &arena, record);
    if (refusal != REFUSAL_NONE) assert_int_equal(arena.used, 0);
    return refusal;
}

enum refusal record_bench_sign(struct span body, bool is_by_alice, struct checked_record *record) {
    static uint8_t memory[TEXT_ROOM];
    const struct signing_key node = record_bench_key("node");
    const struct user_cert cert = record_bench_cert("alice", "node", BENCH_AT);
    const struct record_signer signer = {.node = &node, .cert = is_by_alice ? &cert : NULL};
    struct buffer out = buffer_over(memory, sizeof memory);
    struct arena arena = fresh_arena();
    return record_sign(body, &signer, &arena, &out, record);
}

struct span record_bench_forge(const char *body, const char *node, const struct user_cert *cert) {
    static uint8_t memory[TEXT_ROOM], signed_memory[TEXT_ROOM];
    const struct signing_key key = record_bench_key(node);
    const struct public_key public_key = sign_public_key(&key);
    struct buffer out = buffer_over(memory, sizeof memory), text = buffer_over(signed_memory, sizeof signed_memory);
    struct json_writer w = json_writer_into(&out);
    buffer_put_text(&text, "skep-record-v1\n");
    buffer_put_text(&text, body);
    const struct signature signature = sign_message(&key, buffer_span(&text));
    json_open_object(&w, NULL);
    json_put_raw(&w, "body", span_of_text(body));
    if (cert != NULL) {
        uint8_t cert_memory[USER_CERT_TEXT_SIZE];
        struct buffer cert_text = buffer_over(cert_memory, sizeof cert_memory);
        user_cert_write(&cert_text, cert);
        json_put_span(&w, "cert", buffer_span(&cert_text));
    }
    json_put_base64(&w, "key", (struct span){public_key.bytes, sizeof public_key.bytes});
    json_put_base64(&w, "sig", (struct span){signature.bytes, sizeof signature.bytes});
    json_close_object(&w);
    assert_false(out.overflowed);
    return buffer_span(&out);
}

void record_bench_flip_everywhere(struct span text) {
    struct checked_record record;
    uint8_t *changed = memory_zeroed(1, text.size);
    memcpy(changed, text.at, text.size);
    assert_string_equal(refusal_name(record_bench_check((struct span){changed, text.size}, &record)), "none");
    for (size_t i = 0; i < 8 * text.size; i++) {
        changed[i / 8] ^= (uint8_t)(1 << i % 8);
        if (record_bench_check((struct span){changed, text.size}, &record) == REFUSAL_NONE)
            fail_msg("taken with another byte %zu: %.*s", i / 8, (int)text.size, (const char *)changed);
        changed[i / 8] ^= (uint8_t)(1 << i % 8);
    }
    memory_free(changed);
}

static struct span with(struct span body, const struct body_fault *fault) {
    static char whole[TEXT_ROOM], changed[TEXT_ROOM];
    assert_true(span_copy_text(body, whole, sizeof whole));
    const char *place = strstr(whole, fault->from);
    if (place == NULL) fail_msg("there is no %s in %s", fault->from, whole);
    const int size = snprintf(changed, sizeof changed, "%.*s%s%s", (int)(place - whole), whole, fault->to,
                              place + strlen(fault->from));
    assert_true(size > 0 && (size_t)size < sizeof changed);
    return (struct span){(const uint8_t *)changed, (size_t)size};
}

void record_bench_faults(struct span body, const struct body_fault *faults, size_t count, body_check *check) {
    for (size_t i = 0; i < count; i++) {
        struct checked_record record;
        enum refusal refusal = record_bench_sign(with(body, &faults[i]), false, &record);
        if (refusal == REFUSAL_NONE) refusal = check(&record);
        if (refusal != faults[i].refusal) print_message("%s -> %s\n", faults[i].from, faults[i].to);
        assert_string_equal(refusal_name(refusal), refusal_name(faults[i].refusal));
    }
}
