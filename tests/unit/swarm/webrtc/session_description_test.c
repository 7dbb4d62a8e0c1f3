/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/webrtc/session_description.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define FINGERPRINT "4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF:3E:5D:49:6B:19:E5:7C:AB:3F:4B:65:2E:7D:46:3F:54:42:CD:54:F1"
#define SESSION                                                                                                        \
    "v=0\r\no=- 4611731400430051336 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\n"                        \
    "a=extmap-allow-mixed\r\na=msid-semantic: WMS\r\n"
#define SECTION     "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\nc=IN IP4 0.0.0.0\r\n"
#define UFRAG       "a=ice-ufrag:aB+/\r\n"
#define PASSWORD    "a=ice-pwd:abcdefghijklmnopqrstuv\r\n"
#define CREDENTIALS UFRAG PASSWORD "a=ice-options:trickle\r\n"
#define PRINT       "a=fingerprint:sha-256 " FINGERPRINT "\r\n"
#define SETUP       "a=setup:actpass\r\n"
#define REST        "a=mid:0\r\na=sctp-port:5000\r\na=max-message-size:262144\r\n"
#define CHROMIUM    SESSION SECTION CREDENTIALS PRINT SETUP REST
#define CANDIDATE   "a=candidate:1 1 udp 2113937151 192.0.2.7 50000 typ host\r\n"

static struct session_description description;

static enum refusal read_text(const char *text) {
    return session_description_read(span_of_text(text), &description);
}

static void what_chromium_offers_is_read(void **state) {
    static const uint8_t first[] = {0x4a, 0xad, 0xb9, 0xb1};
    (void)state;
    assert_int_equal(read_text(CHROMIUM), REFUSAL_NONE);
    assert_string_equal(description.ufrag, "aB+/");
    assert_string_equal(description.password, "abcdefghijklmnopqrstuv");
    assert_string_equal(description.mid, "0");
    assert_memory_equal(description.fingerprint, first, sizeof first);
    assert_int_equal(description.fingerprint[31], 0xf1);
    assert_int_equal(description.setup, SESSION_SETUP_ACTPASS);
    assert_int_equal(description.sctp_port, 5000);
    assert_int_equal(description.message_size_max, 262144);
    assert_int_equal(description.candidate_count, 0);
}

static void what_is_written_is_read_again(void **state) {
    uint8_t memory[SESSION_SIZE_MAX], again[SESSION_SIZE_MAX];
    struct buffer out = buffer_over(memory, sizeof memory), out_again = buffer_over(again, sizeof again);
    (void)state;
    assert_int_equal(
        read_text(CHROMIUM CANDIDATE "a=candidate:2 1 UDP 5 2001:db8::1 7 typ srflx raddr ::1 rport 9\r\n"),
        REFUSAL_NONE);
    assert_int_equal(description.candidate_count, 2);
    const struct session_description before = description;
    session_description_write(&description, 7, 2, &out);
    assert_false(out.overflowed);
    assert_int_equal(session_description_read(buffer_span(&out), &description), REFUSAL_NONE);
    assert_memory_equal(&description, &before, sizeof before);
    session_description_write(&description, 7, 2, &out_again);
    assert_int_equal(out.size, out_again.size);
    assert_memory_equal(memory, again, out.size);
}

/* To the letter what reference implementations send and take. */
static void it_is_written_as_browsers_write_it(void **state) {
    static const char expected[] =
        "v=0\r\no=- 7 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\na=msid-semantic: WMS\r\n" SECTION
            CREDENTIALS PRINT SETUP REST CANDIDATE;
    uint8_t memory[SESSION_SIZE_MAX];
    struct buffer out = buffer_over(memory, sizeof memory);
    (void)state;
    assert_int_equal(read_text(CHROMIUM CANDIDATE), REFUSAL_NONE);
    session_description_write(&description, 7, 2, &out);
    assert_int_equal(out.size, sizeof expected - 1);
    assert_memory_equal(memory, expected, out.size);
}

static void the_largest_fits_what_is_read(void **state) {
    uint8_t memory[SESSION_SIZE_MAX];
    struct buffer out = buffer_over(memory, sizeof memory);
    (void)state;
    memset(&description, 0, sizeof description);
    memset(description.ufrag, 'u', SESSION_SECRET_MAX);
    memset(description.password, 'p', SESSION_SECRET_MAX);
    memset(description.mid, 'm', SESSION_MID_MAX);
    description.sctp_port = 65535;
    for (size_t i = 0; i < SESSION_CANDIDATES_MAX; i++) {
        struct ice_candidate *const candidate = &description.candidates[description.candidate_count++];
        *candidate =
            (struct ice_candidate){.component = 1, .is_udp = true, .priority = UINT32_MAX, .kind = ICE_CANDIDATE_SRFLX};
        memset(candidate->foundation, 'f', ICE_FOUNDATION_MAX);
        candidate->address = candidate->related = (struct address){.family = ADDRESS_IPV6, .port = 65535};
        memset(candidate->address.ip, 0x2f, 16);
        memset(candidate->related.ip, 0x2f, 16);
    }
    session_description_write(&description, INT64_MAX, INT64_MAX, &out);
    assert_false(out.overflowed);
    assert_int_equal(session_description_read(buffer_span(&out), &description), REFUSAL_NONE);
    assert_int_equal(description.candidate_count, SESSION_CANDIDATES_MAX);
}

static const char hex_lower[] = "a=fingerprint:SHA-256 4a:ad:b9:b1:3f:82:18:3b:54:02:12:df:3e:5d:49:6b:"
                                "19:e5:7c:ab:3f:4b:65:2e:7d:46:3f:54:42:cd:54:f1\r\n";

static void other_forms_are_read_too(void **state) {
    char text[4096];
    (void)state;
    /* At session level, in lower case, beside another hash, with bare line ends, without what has a default. */
    (void)snprintf(text, sizeof text, "v=0\na=fingerprint:sha-512 00\n%s" SETUP SECTION UFRAG PASSWORD, hex_lower);
    assert_int_equal(read_text(text), REFUSAL_NONE);
    assert_int_equal(description.fingerprint[0], 0x4a);
    assert_string_equal(description.mid, "");
    assert_int_equal(description.sctp_port, 5000);
    assert_int_equal(description.message_size_max, SESSION_MESSAGE_SIZE_DEFAULT);
    /* The section overrides the session. */
    assert_int_equal(
        read_text("v=0\r\na=setup:passive\r\na=ice-ufrag:other\r\n" SECTION CREDENTIALS PRINT "a=setup:active\r\n"),
        REFUSAL_NONE);
    assert_int_equal(description.setup, SESSION_SETUP_ACTIVE);
    assert_string_equal(description.ufrag, "aB+/");
    /* Any size, and none that we could count. */
    assert_int_equal(read_text(SESSION SECTION CREDENTIALS PRINT SETUP "a=max-message-size:0\r\n"), REFUSAL_NONE);
    assert_true(description.message_size_max == UINT32_MAX);
    assert_int_equal(read_text(SESSION SECTION CREDENTIALS PRINT SETUP "a=max-message-size:4294967296000\r\n"),
                     REFUSAL_NONE);
    assert_true(description.message_size_max == UINT32_MAX);
}

static void other_media_are_passed_over(void **state) {
    (void)state;
    assert_int_equal(
        read_text(SESSION
                  "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=ice-ufrag:!\r\na=mid:a\r\n" SECTION CREDENTIALS PRINT SETUP REST
                  "m=video 9 X\r\na=mid:v\r\na=setup:nonsense\r\n" SECTION "a=sctp-port:77\r\n"),
        REFUSAL_NONE);
    assert_string_equal(description.mid, "0");
    assert_int_equal(description.sctp_port, 5000);
}

static void candidates_beyond_the_cap_are_left_out(void **state) {
    static char text[SESSION_SIZE_MAX + 1];
    size_t size = (size_t)snprintf(text, sizeof text, "%s",
                                   CHROMIUM "a=candidate:nonsense\r\na=candidate:1 1 tcp 5 192.0.2.7 9 typ host\r\n"
                                            "a=candidate:1 1 udp 5 4d1a2f66.local 9 typ host\r\n");
    (void)state;
    for (size_t i = 0; i < 100; i++) size += (size_t)snprintf(text + size, sizeof text - size, CANDIDATE);
    assert_int_equal(read_text(text), REFUSAL_NONE);
    assert_int_equal(description.candidate_count, SESSION_CANDIDATES_MAX);
}

struct refused {
    enum refusal refusal;
    const char *text;
};
static const struct refused REFUSED[] = {
    {REFUSAL_SDP_SYNTAX, ""},
    {REFUSAL_SDP_SYNTAX, "\r\n"},
    {REFUSAL_SDP_SYNTAX, "v=1\r\n"},
    {REFUSAL_SDP_SYNTAX, "V=0\r\n"},
    {REFUSAL_SDP_SYNTAX, SECTION CREDENTIALS PRINT SETUP},
    {REFUSAL_SDP_SYNTAX, SESSION "a\r\n"},
    {REFUSAL_SDP_SYNTAX, SESSION "rubbish\r\n"},
    {REFUSAL_SDP_SYNTAX, SESSION "\r\n" SECTION CREDENTIALS PRINT SETUP},
    {REFUSAL_SDP_SYNTAX, SESSION "a=x\x01\r\n"},
    {REFUSAL_SDP_SYNTAX, SESSION "a=x\ry\r\n"},
    {REFUSAL_SDP_NO_CHANNELS, SESSION},
    {REFUSAL_SDP_NO_CHANNELS, SESSION "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n" CREDENTIALS PRINT SETUP},
    {REFUSAL_SDP_NO_CHANNELS, SESSION "m=application 0 UDP/DTLS/SCTP webrtc-datachannel\r\n" CREDENTIALS PRINT SETUP},
    {REFUSAL_SDP_NO_CHANNELS, SESSION "m=application 9 RTP/AVP webrtc-datachannel\r\n" CREDENTIALS PRINT SETUP},
    {REFUSAL_SDP_NO_CHANNELS, SESSION "m=application 9 DTLS/SCTP 5000\r\n" CREDENTIALS PRINT SETUP},
    {REFUSAL_SDP_NO_CHANNELS,
     SESSION "m=application 99999 UDP/DTLS/SCTP webrtc-datachannel\r\n" CREDENTIALS PRINT SETUP},
    {REFUSAL_SDP_NO_CHANNELS, SESSION "m=application\r\n"},
    {REFUSAL_SDP_CREDENTIALS, SESSION SECTION PASSWORD PRINT SETUP},
    {REFUSAL_SDP_CREDENTIALS, SESSION SECTION UFRAG PRINT SETUP},
    {REFUSAL_SDP_CREDENTIALS, SESSION SECTION "a=ice-ufrag:abc\r\n" PASSWORD PRINT SETUP},
    {REFUSAL_SDP_CREDENTIALS, SESSION SECTION "a=ice-ufrag:ab cd\r\n" PASSWORD PRINT SETUP},
    {REFUSAL_SDP_CREDENTIALS, SESSION SECTION "a=ice-ufrag\r\n" PASSWORD PRINT SETUP},
    {REFUSAL_SDP_CREDENTIALS, SESSION SECTION UFRAG "a=ice-pwd:abcdefghijklmnopqrstu\r\n" PRINT SETUP},
    {REFUSAL_SDP_CREDENTIALS, SESSION SECTION UFRAG "a=ice-pwd:abcdefghijklmnopqrstu-\r\n" PRINT SETUP},
    {REFUSAL_SDP_FINGERPRINT, SESSION SECTION CREDENTIALS SETUP},
    {REFUSAL_SDP_FINGERPRINT, SESSION SECTION CREDENTIALS "a=fingerprint:sha-1 4A:AD\r\n" SETUP},
    {REFUSAL_SDP_FINGERPRINT, SESSION SECTION CREDENTIALS "a=fingerprint:sha-256 4A:AD\r\n" SETUP},
    {REFUSAL_SDP_FINGERPRINT, SESSION SECTION CREDENTIALS "a=fingerprint:sha-256\r\n" SETUP},
    {REFUSAL_SDP_FINGERPRINT, SESSION SECTION CREDENTIALS "a=fingerprint:sha-256 " FINGERPRINT ":00\r\n" SETUP},
    {REFUSAL_SDP_FINGERPRINT, SESSION SECTION CREDENTIALS PRINT PRINT SETUP},
    {REFUSAL_SDP_FINGERPRINT, SESSION PRINT PRINT SECTION CREDENTIALS SETUP},
    {REFUSAL_SDP_SETUP, SESSION SECTION CREDENTIALS PRINT},
    {REFUSAL_SDP_SETUP, SESSION SECTION CREDENTIALS PRINT "a=setup:holdconn\r\n"},
    {REFUSAL_SDP_SETUP, SESSION SECTION CREDENTIALS PRINT "a=setup\r\n"},
    {REFUSAL_SDP_MID, SESSION SECTION CREDENTIALS PRINT SETUP "a=mid:\r\n"},
    {REFUSAL_SDP_MID, SESSION SECTION CREDENTIALS PRINT SETUP "a=mid:a b\r\n"},
    {REFUSAL_SDP_NUMBER, SESSION SECTION CREDENTIALS PRINT SETUP "a=sctp-port:0\r\n"},
    {REFUSAL_SDP_NUMBER, SESSION SECTION CREDENTIALS PRINT SETUP "a=sctp-port:65536\r\n"},
    {REFUSAL_SDP_NUMBER, SESSION SECTION CREDENTIALS PRINT SETUP "a=sctp-port:x\r\n"},
    {REFUSAL_SDP_NUMBER, SESSION SECTION CREDENTIALS PRINT SETUP "a=max-message-size:-1\r\n"},
    {REFUSAL_SDP_NUMBER, SESSION SECTION CREDENTIALS PRINT SETUP "a=max-message-size:1k\r\n"},
};

static void each_refusal_has_its_reason(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof REFUSED / sizeof REFUSED[0]; i++) {
        const enum refusal refusal = read_text(REFUSED[i].text);
        if (refusal != REFUSED[i].refusal)
            fail_msg("%zu: %s, wanted %s", i, refusal_name(refusal), refusal_name(REFUSED[i].refusal));
    }
}

static void lengths_are_bounded(void **state) {
    static char text[SESSION_SIZE_MAX + 16];
    char secret[SESSION_SECRET_MAX + 2];
    (void)state;
    memset(secret, 'x', sizeof secret);
    secret[SESSION_SECRET_MAX + 1] = '\0';
    (void)snprintf(text, sizeof text, SESSION SECTION "a=ice-ufrag:%s\r\n" PASSWORD PRINT SETUP, secret);
    assert_int_equal(read_text(text), REFUSAL_SDP_CREDENTIALS);
    (void)snprintf(text, sizeof text, SESSION SECTION "a=ice-ufrag:%s\r\n" PASSWORD PRINT SETUP, secret + 1);
    assert_int_equal(read_text(text), REFUSAL_NONE);
    (void)snprintf(text, sizeof text, SESSION SECTION CREDENTIALS PRINT SETUP "a=mid:%.*s\r\n", SESSION_MID_MAX + 1,
                   secret);
    assert_int_equal(read_text(text), REFUSAL_SDP_MID);
    memset(text, 'a', sizeof text);
    memcpy(text, "v=0\r\na=", 7);
    assert_int_equal(session_description_read((struct span){(const uint8_t *)text, SESSION_SIZE_MAX}, &description),
                     REFUSAL_SDP_NO_CHANNELS);
    assert_int_equal(session_description_read((struct span){(const uint8_t *)text, SESSION_SIZE_MAX + 1}, &description),
                     REFUSAL_SDP_SIZE);
}

static void a_nul_is_no_end(void **state) {
    static const char text[] = SESSION "a=x\0y\r\n" SECTION CREDENTIALS PRINT SETUP;
    (void)state;
    assert_int_equal(session_description_read(SPAN_LITERAL(text), &description), REFUSAL_SDP_SYNTAX);
}

/* In a block of its own, so that a read behind the cut is seen. */
static void cut_at_every_byte_does_no_harm(void **state) {
    static const char text[] = CHROMIUM CANDIDATE;
    (void)state;
    for (size_t size = 0; size < sizeof text; size++) {
        uint8_t *const copy = malloc(size + 1);
        assert_non_null(copy);
        memcpy(copy + 1, text, size);
        (void)session_description_read((struct span){copy + 1, size}, &description);
        free(copy);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_chromium_offers_is_read),
        cmocka_unit_test(what_is_written_is_read_again),
        cmocka_unit_test(it_is_written_as_browsers_write_it),
        cmocka_unit_test(the_largest_fits_what_is_read),
        cmocka_unit_test(other_forms_are_read_too),
        cmocka_unit_test(other_media_are_passed_over),
        cmocka_unit_test(candidates_beyond_the_cap_are_left_out),
        cmocka_unit_test(each_refusal_has_its_reason),
        cmocka_unit_test(lengths_are_bounded),
        cmocka_unit_test(a_nul_is_no_end),
        cmocka_unit_test(cut_at_every_byte_does_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
