/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/signaling/signal_proof.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/encoding.h"

/* The key of RFC 8032's first test; the proof was made by another program. */
#define SEED           "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"
#define NODE_ID        "myxzypxz7askc56bpu6l5rklmdee7mst"
#define KEY_TEXT       "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
#define SIGNATURE_TEXT "Rj6DoyPzikTxgKQBJQHlhBRRw9WUWWWk_lojVU2NMSl-dNLiRUYzgyrlR_bgMzC59Y7LnBwbfO_DMWFU5JL9Dw"
#define PROOF          "1700000000000." KEY_TEXT "." SIGNATURE_TEXT
static const int64_t MADE_MS = 1700000000000;

static struct signing_key known_key(void) {
    struct signing_key key;
    uint8_t seed[32];
    struct buffer out = buffer_over(seed, sizeof seed);
    assert_true(hex_read(SPAN_LITERAL(SEED), &out));
    sign_key_from_seed(&key, seed);
    return key;
}

static enum refusal check_for(struct span token, const char *peer_id, const char *const *hosts, size_t host_count,
                              int64_t now_ms) {
    const struct verifier verifier = sign_verifier();
    return signal_proof_check(token, span_of_text(peer_id), hosts, host_count, &verifier, now_ms);
}

static enum refusal check(const char *token, int64_t now_ms) {
    static const char *const hosts[] = {"203.0.113.5", "signal.example"};
    return check_for(span_of_text(token), NODE_ID, hosts, 2, now_ms);
}

static void proof_is_what_another_program_makes(void **state) {
    (void)state;
    char text[SIGNAL_PROOF_SIZE_MAX];
    const struct signing_key key = known_key();
    signal_proof_write(text, &key, SPAN_LITERAL("signal.example"), MADE_MS);
    assert_string_equal(text, PROOF);
    assert_int_equal(check(text, MADE_MS), REFUSAL_NONE);
}

static void proof_holds_for_a_minute_either_way(void **state) {
    (void)state;
    assert_int_equal(check(PROOF, MADE_MS - 60000), REFUSAL_NONE);
    assert_int_equal(check(PROOF, MADE_MS + 60000), REFUSAL_NONE);
    assert_int_equal(check(PROOF, MADE_MS - 60001), REFUSAL_SIGNAL_PROOF_OUT_OF_DATE);
    assert_int_equal(check(PROOF, MADE_MS + 60001), REFUSAL_SIGNAL_PROOF_OUT_OF_DATE);
    assert_int_equal(check("9223372036854775807." KEY_TEXT "." SIGNATURE_TEXT, MADE_MS),
                     REFUSAL_SIGNAL_PROOF_OUT_OF_DATE);
    assert_int_equal(check("0." KEY_TEXT "." SIGNATURE_TEXT, MADE_MS), REFUSAL_SIGNAL_PROOF_OUT_OF_DATE);
    assert_int_equal(check(PROOF, INT64_MIN), REFUSAL_SIGNAL_PROOF_OUT_OF_DATE);
    assert_int_equal(check(PROOF, INT64_MAX), REFUSAL_SIGNAL_PROOF_OUT_OF_DATE);
}

static void proof_for_another_server_is_refused(void **state) {
    (void)state;
    static const char *const hosts[] = {"other.example"};
    char long_host[SIGNAL_HOST_SIZE_MAX + 64];
    const char *const long_hosts[] = {long_host};
    memset(long_host, 'a', sizeof long_host);
    long_host[sizeof long_host - 1] = '\0';
    assert_int_equal(check_for(SPAN_LITERAL(PROOF), NODE_ID, hosts, 1, MADE_MS),
                     REFUSAL_SIGNAL_PROOF_SIGNATURE_INVALID);
    assert_int_equal(check_for(SPAN_LITERAL(PROOF), NODE_ID, NULL, 0, MADE_MS), REFUSAL_SIGNAL_PROOF_SIGNATURE_INVALID);
    assert_int_equal(check_for(SPAN_LITERAL(PROOF), NODE_ID, long_hosts, 1, MADE_MS),
                     REFUSAL_SIGNAL_PROOF_SIGNATURE_INVALID);
}

static void proof_of_another_key_is_refused(void **state) {
    (void)state;
    static const char *const hosts[] = {"signal.example"};
    const char *const ids[] = {"ayxzypxz7askc56bpu6l5rklmdee7mst", "", "somebody", NODE_ID "a"};
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++)
        assert_int_equal(check_for(SPAN_LITERAL(PROOF), ids[i], hosts, 1, MADE_MS), REFUSAL_SIGNAL_PROOF_OTHER_KEY);
}

static void changed_time_or_signature_is_refused(void **state) {
    (void)state;
    char text[] = PROOF;
    text[sizeof text - 3] = 'A';
    assert_int_equal(check(text, MADE_MS), REFUSAL_SIGNAL_PROOF_SIGNATURE_INVALID);
    assert_int_equal(check("1700000000001." KEY_TEXT "." SIGNATURE_TEXT, MADE_MS),
                     REFUSAL_SIGNAL_PROOF_SIGNATURE_INVALID);
}

static void what_is_no_proof_is_malformed(void **state) {
    (void)state;
    const char *const texts[] = {
        "",
        ".",
        "..",
        "1700000000000",
        "1700000000000." KEY_TEXT,
        "." KEY_TEXT "." SIGNATURE_TEXT,
        "-1." KEY_TEXT "." SIGNATURE_TEXT,
        "01700000000000." KEY_TEXT "." SIGNATURE_TEXT,
        "1700000000000.0." KEY_TEXT "." SIGNATURE_TEXT,
        "99999999999999999999." KEY_TEXT "." SIGNATURE_TEXT,
        "1700000000000." KEY_TEXT "=." SIGNATURE_TEXT,
        "1700000000000.A" KEY_TEXT "." SIGNATURE_TEXT,
        PROOF ".",
        PROOF "A",
        PROOF "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (check(texts[i], MADE_MS) != REFUSAL_SIGNAL_PROOF_MALFORMED) fail_msg("not malformed: %s", texts[i]);
}

static void every_cut_is_refused(void **state) {
    (void)state;
    static const char *const hosts[] = {"signal.example"};
    for (size_t size = 0; size < sizeof PROOF - 1; size++) {
        uint8_t *cut = malloc(size == 0 ? 1 : size); /* of its own, so that a read past it shows */
        memcpy(cut, PROOF, size);
        assert_int_not_equal(check_for((struct span){cut, size}, NODE_ID, hosts, 1, MADE_MS), REFUSAL_NONE);
        free(cut);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(proof_is_what_another_program_makes),
        cmocka_unit_test(proof_holds_for_a_minute_either_way),
        cmocka_unit_test(proof_for_another_server_is_refused),
        cmocka_unit_test(proof_of_another_key_is_refused),
        cmocka_unit_test(changed_time_or_signature_is_refused),
        cmocka_unit_test(what_is_no_proof_is_malformed),
        cmocka_unit_test(every_cut_is_refused),
    };
    return sign_init() ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
