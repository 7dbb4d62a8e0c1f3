/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/webrtc/ice_candidate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct read {
    const char *line;
    bool is_usable;
    const char *written; /* NULL: it has no address to be written */
};
static const struct read READ[] = {
    /* As Chromium and libnice write them. */
    {"candidate:842163049 1 udp 1677729535 203.0.113.9 50912 typ srflx raddr 192.0.2.7 rport 50912 generation 0 ufrag "
     "aBcD network-cost 999",
     true, "candidate:842163049 1 udp 1677729535 203.0.113.9 50912 typ srflx raddr 192.0.2.7 rport 50912"},
    {"a=candidate:1 1 UDP 2015363327 192.0.2.2 38344 typ host\r\n", true,
     "candidate:1 1 udp 2015363327 192.0.2.2 38344 typ host"},
    {"candidate:5 1 udp 2015364351 ::1 52087 typ host", true, "candidate:5 1 udp 2015364351 ::1 52087 typ host"},
    {"candidate:+/aZ 1 udp 4294967295 2001:DB8:0::1 1 typ relay raddr 0.0.0.0 rport 0", true,
     "candidate:+/aZ 1 udp 4294967295 2001:db8::1 1 typ relay raddr 0.0.0.0 rport 0"},
    {"candidate:1 1 udp 1 10.0.0.1 65535 typ prflx", true, "candidate:1 1 udp 1 10.0.0.1 65535 typ prflx"},
    /* What is wrong behind the type is only of no use. */
    {"candidate:1 1 udp 1 10.0.0.1 9 typ srflx raddr not_a_host rport 70000", true,
     "candidate:1 1 udp 1 10.0.0.1 9 typ srflx"},
    {"candidate:1 1 udp 1 10.0.0.1 9 typ srflx raddr", true, "candidate:1 1 udp 1 10.0.0.1 9 typ srflx"},
    /* Valid, but not for us: a hidden address, TCP, RTCP, nowhere. */
    {"candidate:1 1 udp 2113937151 5c0bd6e1-4b5c-4d9a-9f0e-3f3c1f1e5a77.local 50000 typ host", false, NULL},
    {"candidate:1 1 tcp 1518280447 192.0.2.7 9 typ host tcptype active", false,
     "candidate:1 1 tcp 1518280447 192.0.2.7 9 typ host"},
    {"candidate:1 2 udp 1 192.0.2.7 9 typ host", false, "candidate:1 2 udp 1 192.0.2.7 9 typ host"},
    {"candidate:1 1 udp 1 192.0.2.7 0 typ host", false, "candidate:1 1 udp 1 192.0.2.7 0 typ host"},
    {"candidate:1 1 udp 1 0.0.0.0 9 typ host", false, "candidate:1 1 udp 1 0.0.0.0 9 typ host"},
    {"candidate:1 1 udp 1 224.0.0.251 5353 typ host", false, "candidate:1 1 udp 1 224.0.0.251 5353 typ host"},
    {"candidate:1 1 udp 1 255.255.255.255 9 typ host", false, "candidate:1 1 udp 1 255.255.255.255 9 typ host"},
};

static void lines_are_read_and_written_in_one_form(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof READ / sizeof READ[0]; i++) {
        struct ice_candidate candidate;
        char text[ICE_CANDIDATE_TEXT_MAX];
        const enum refusal refusal = ice_candidate_read(span_of_text(READ[i].line), &candidate);
        if (refusal != REFUSAL_NONE) fail_msg("%s: %s", READ[i].line, refusal_name(refusal));
        if (ice_candidate_is_usable(&candidate) != READ[i].is_usable) fail_msg("%s", READ[i].line);
        assert_int_equal(candidate.address.family == ADDRESS_NONE, READ[i].written == NULL);
        if (!READ[i].written) continue;
        ice_candidate_write(&candidate, text);
        assert_string_equal(text, READ[i].written);
    }
}

struct refused {
    enum refusal refusal;
    const char *line;
};
static const struct refused REFUSED[] = {
    {REFUSAL_CANDIDATE_SYNTAX, ""},
    {REFUSAL_CANDIDATE_SYNTAX, "a="},
    {REFUSAL_CANDIDATE_SYNTAX, "b=candidate:1 1 udp 1 10.0.0.1 9 typ host"},
    {REFUSAL_CANDIDATE_SYNTAX, "candidate: 1 udp 1 10.0.0.1 9 typ host"},
    {REFUSAL_CANDIDATE_SYNTAX, "candidate:a.b 1 udp 1 10.0.0.1 9 typ host"},
    {REFUSAL_CANDIDATE_SYNTAX, "candidate:123456789012345678901234567890123 1 udp 1 10.0.0.1 9 typ host"},
    {REFUSAL_CANDIDATE_SYNTAX, "candidate:1 1 udp 1 10.0.0.1 9 typ host\r\na=setup:active"},
    {REFUSAL_CANDIDATE_SYNTAX, "candidate:1 1 udp 1 10.0.0.1 9 typ host x\xc3\xa9"},
    {REFUSAL_CANDIDATE_SYNTAX, "candidate:1 1  1 10.0.0.1 9 typ host"},
    {REFUSAL_CANDIDATE_SYNTAX, "candidate:1 1 udp 1 10.0.0.1 9 type host"},
    {REFUSAL_CANDIDATE_SYNTAX, "candidate:1 1 udp 1 10.0.0.1 9"},
    {REFUSAL_CANDIDATE_NUMBER, "candidate:1"},
    {REFUSAL_CANDIDATE_NUMBER, "candidate:1 0 udp 1 10.0.0.1 9 typ host"},
    {REFUSAL_CANDIDATE_NUMBER, "candidate:1 257 udp 1 10.0.0.1 9 typ host"},
    {REFUSAL_CANDIDATE_NUMBER, "candidate:1 1 udp 0 10.0.0.1 9 typ host"},
    {REFUSAL_CANDIDATE_NUMBER, "candidate:1 1 udp 4294967296 10.0.0.1 9 typ host"},
    {REFUSAL_CANDIDATE_NUMBER, "candidate:1 1 udp 1 10.0.0.1 65536 typ host"},
    {REFUSAL_CANDIDATE_NUMBER, "candidate:1 1 udp 1 10.0.0.1 +9 typ host"},
    {REFUSAL_CANDIDATE_ADDRESS, "candidate:1 1 udp 1  9 typ host"},
    {REFUSAL_CANDIDATE_ADDRESS, "candidate:1 1 udp 1 [2001:db8::1] 9 typ host"},
    {REFUSAL_CANDIDATE_ADDRESS, "candidate:1 1 udp 1 fe80::1%eth0 9 typ host"},
    {REFUSAL_CANDIDATE_ADDRESS, "candidate:1 1 udp 1 a_b 9 typ host"},
    {REFUSAL_CANDIDATE_TYPE, "candidate:1 1 udp 1 10.0.0.1 9 typ"},
    {REFUSAL_CANDIDATE_TYPE, "candidate:1 1 udp 1 10.0.0.1 9 typ HOST"},
    {REFUSAL_CANDIDATE_TYPE, "candidate:1 1 udp 1 10.0.0.1 9 typ other"},
};

static void each_refusal_has_its_reason(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof REFUSED / sizeof REFUSED[0]; i++) {
        struct ice_candidate candidate;
        const enum refusal refusal = ice_candidate_read(span_of_text(REFUSED[i].line), &candidate);
        if (refusal != REFUSED[i].refusal) fail_msg("%s: %s", REFUSED[i].line, refusal_name(refusal));
    }
}

static void a_long_line_is_refused(void **state) {
    char line[ICE_CANDIDATE_LINE_MAX + 1];
    struct ice_candidate candidate;
    (void)state;
    memset(line, ' ', sizeof line);
    memcpy(line, READ[4].line, strlen(READ[4].line));
    assert_int_equal(ice_candidate_read((struct span){(const uint8_t *)line, ICE_CANDIDATE_LINE_MAX}, &candidate),
                     REFUSAL_NONE);
    assert_int_equal(ice_candidate_read((struct span){(const uint8_t *)line, sizeof line}, &candidate),
                     REFUSAL_CANDIDATE_SIZE);
}

static void the_longest_can_be_written(void **state) {
    struct ice_candidate candidate = {.component = 256, .priority = UINT32_MAX, .kind = ICE_CANDIDATE_SRFLX};
    char text[ICE_CANDIDATE_TEXT_MAX];
    (void)state;
    memset(candidate.foundation, 'f', ICE_FOUNDATION_MAX);
    candidate.address = (struct address){.family = ADDRESS_IPV6, .port = 65535};
    memset(candidate.address.ip, 0x2f, sizeof candidate.address.ip);
    candidate.related = candidate.address;
    ice_candidate_write(&candidate, text);
    assert_in_range(strlen(text), 150, ICE_CANDIDATE_TEXT_MAX - 1);
}

static void cut_at_every_byte_does_no_harm(void **state) {
    struct ice_candidate candidate;
    (void)state;
    for (size_t size = 0; size < strlen(READ[0].line); size++) {
        uint8_t *const copy = malloc(size + 1);
        assert_non_null(copy);
        memcpy(copy + 1, READ[0].line, size);
        (void)ice_candidate_read((struct span){copy + 1, size}, &candidate);
        free(copy);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_read_and_written_in_one_form),
        cmocka_unit_test(each_refusal_has_its_reason),
        cmocka_unit_test(a_long_line_is_refused),
        cmocka_unit_test(the_longest_can_be_written),
        cmocka_unit_test(cut_at_every_byte_does_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
