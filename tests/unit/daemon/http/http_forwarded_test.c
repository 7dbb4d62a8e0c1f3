/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/http/http_forwarded.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define NO_LINES     ""
#define FOR          "X-Forwarded-For: "

static struct http_trust trust_of(const char *words) {
    struct http_trust trust = {0};
    while (*words != '\0') {
        const size_t size = strcspn(words, " ");
        if (!http_trust_add(&trust, (struct span){(const uint8_t *)words, size})) fail_msg("refused: %s", words);
        words += size + (words[size] == ' ');
    }
    return trust;
}

static struct address hop_of(const char *text) {
    struct address hop = {0};
    if (strcmp(text, "unix") != 0 && !address_read(span_of_text(text), &hop)) fail_msg("no address: %s", text);
    return hop;
}

static void head_of(const char *lines, uint8_t memory[4096], struct http_head *head) {
    const int size = snprintf((char *)memory, 4096, "GET / HTTP/1.1\r\nHost: b\r\n%s\r\n", lines);
    assert_in_range(size, 1, 4095);
    assert_int_equal(http_head_read(memory, (size_t)size, head), 0);
}

struct way {
    const char *trusted, *remote, *lines, *client;
};
static const struct way WAYS[] = {
    /* Nobody is listed, or somebody else: the header is anybody's word. */
    {"", "198.51.100.7:4000", FOR "203.0.113.9\r\n", "198.51.100.7"},
    {"10.0.0.0/8", "198.51.100.7:4000", FOR "203.0.113.9, 10.0.0.2\r\n", "198.51.100.7"},
    {"10.0.0.1", "10.0.0.2:4000", FOR "203.0.113.9\r\n", "10.0.0.2"},
    /* One proxy, and what it adds to what its client forged. */
    {"10.0.0.1", "10.0.0.1:4000", FOR "203.0.113.9\r\n", "203.0.113.9"},
    {"10.0.0.1", "10.0.0.1:4000", FOR "127.0.0.1, 10.0.0.1, 203.0.113.9\r\n", "203.0.113.9"},
    {"10.0.0.1", "10.0.0.1:4000", FOR "192.0.2.1\r\n" FOR "203.0.113.9\r\n", "203.0.113.9"},
    {"10.0.0.1", "10.0.0.1:4000", FOR "rubbish, 203.0.113.9\r\n", "203.0.113.9"},
    /* Several, all listed. */
    {"10.0.0.0/8", "10.0.0.1:4000", FOR "192.0.2.1, 203.0.113.9, 10.0.0.3, 10.0.0.2\r\n", "203.0.113.9"},
    {"10.0.0.0/8", "10.0.0.1:4000", FOR "192.0.2.1, 203.0.113.9\r\n" FOR "10.0.0.3\r\n" FOR "10.0.0.2\r\n",
     "203.0.113.9"},
    {"10.0.0.0/8 2001:db8::/32", "10.0.0.1:4000", FOR "203.0.113.9,[2001:db8::5]:443\r\n", "203.0.113.9"},
    /* Nobody but proxies: the one farthest away. */
    {"10.0.0.0/8", "10.0.0.1:4000", FOR "10.0.0.9, 10.0.0.2\r\n", "10.0.0.9"},
    {"10.0.0.1", "10.0.0.1:4000", NO_LINES, "10.0.0.1"},
    /* What is no address ends the way. */
    {"10.0.0.0/8", "10.0.0.1:4000", FOR "203.0.113.9, rubbish, 10.0.0.2\r\n", "10.0.0.2"},
    {"10.0.0.0/8", "10.0.0.1:4000", FOR "203.0.113.9,, 10.0.0.2\r\n", "10.0.0.2"},
    {"10.0.0.0/8", "10.0.0.1:4000", FOR "203.0.113.9\r\n" FOR "\r\n", "10.0.0.1"},
    {"10.0.0.0/8", "10.0.0.1:4000", FOR "203.0.113.9,\r\n", "10.0.0.1"},
    {"10.0.0.0/8", "10.0.0.1:4000", FOR "unknown\r\n", "10.0.0.1"},
    {"10.0.0.0/8", "10.0.0.1:4000", FOR "203.0.113.09\r\n", "10.0.0.1"},
    {"10.0.0.0/8", "10.0.0.1:4000", FOR "fe80::1%eth0\r\n", "10.0.0.1"},
    {"10.0.0.0/8", "10.0.0.1:4000", FOR "[203.0.113.9]\r\n", "10.0.0.1"},
    {"10.0.0.0/8", "10.0.0.1:4000", FOR "[2001:db8::1\r\n", "10.0.0.1"},
    {"10.0.0.0/8", "10.0.0.1:4000", FOR "203.0.113.9:99999\r\n", "10.0.0.1"},
    {"10.0.0.0/8", "10.0.0.1:4000", FOR "\"203.0.113.9\"\r\n", "10.0.0.1"},
    /* Forms of an address. */
    {"10.0.0.1", "10.0.0.1:4000", FOR " \t203.0.113.9 \t\r\n", "203.0.113.9"},
    {"10.0.0.1", "10.0.0.1:4000", FOR "203.0.113.9:51234\r\n", "203.0.113.9"},
    {"10.0.0.1", "10.0.0.1:4000", FOR "2001:db8::9\r\n", "2001:db8::9"},
    {"10.0.0.1", "10.0.0.1:4000", FOR "[2001:db8::9]\r\n", "2001:db8::9"},
    {"10.0.0.1", "10.0.0.1:4000", FOR "[2001:db8::9]:51234\r\n", "2001:db8::9"},
    {"10.0.0.1", "10.0.0.1:4000", FOR "::ffff:203.0.113.9\r\n", "203.0.113.9"},
    {"2001:db8::/32", "[2001:db8::1]:4000", FOR "203.0.113.9\r\n", "203.0.113.9"},
    {"10.0.0.1", "10.0.0.1:4000", "x-FORWARDED-for: 203.0.113.9\r\n", "203.0.113.9"},
    /* The other header, which a proxy that sets this one passes through. */
    {"10.0.0.1", "10.0.0.1:4000", "Forwarded: for=192.0.2.1\r\n" FOR "203.0.113.9\r\n", "203.0.113.9"},
    {"10.0.0.1", "10.0.0.1:4000", "Forwarded: for=192.0.2.1\r\n", "10.0.0.1"},
    /* A Unix socket has no address. */
    {"unix", "unix", FOR "192.0.2.1, 203.0.113.9\r\n", "203.0.113.9"},
    {"unix 10.0.0.0/8", "unix", FOR "203.0.113.9, 10.0.0.2\r\n", "203.0.113.9"},
    {"unix", "unix", NO_LINES, "none"},
    {"unix", "unix", FOR "unix:\r\n", "none"},
    {"0.0.0.0/0 ::/0", "unix", FOR "203.0.113.9\r\n", "none"},
    {"unix", "10.0.0.1:4000", FOR "203.0.113.9\r\n", "10.0.0.1"},
};

static void the_client_is_the_first_that_is_no_listed_proxy(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(WAYS); i++) {
        const struct way *way = &WAYS[i];
        const struct http_trust trust = trust_of(way->trusted);
        const struct address remote = hop_of(way->remote);
        uint8_t memory[4096], text[ADDRESS_TEXT_MAX];
        struct http_head head;
        struct buffer out = buffer_over(text, sizeof text);
        head_of(way->lines, memory, &head);
        const struct address client = http_forwarded_client(&trust, &remote, &head);
        address_write_ip(&out, &client);
        if (!span_equal_text(buffer_span(&out), way->client))
            fail_msg("listed '%s', from %s, %s gives %.*s, not %s", way->trusted, way->remote, way->lines,
                     (int)out.size, (const char *)text, way->client);
    }
}

static void a_listed_proxy_says_whether_its_client_spoke_tls(void **state) {
    (void)state;
    static const struct {
        const char *remote, *lines;
        bool is_secure;
    } cases[] = {
        {"10.0.0.1:4000", "X-Forwarded-Proto: https\r\n", true},
        {"10.0.0.1:4000", "X-Forwarded-Proto: HTTPS\r\n", true},
        {"10.0.0.1:4000", "X-Forwarded-Proto: http\r\n", false},
        {"10.0.0.1:4000", "X-Forwarded-Proto: https, http\r\n", false},
        {"10.0.0.1:4000", "X-Forwarded-Proto: https\r\nX-Forwarded-Proto: http\r\n", false},
        {"10.0.0.1:4000", "X-Forwarded-Proto: \r\n", false},
        {"10.0.0.1:4000", NO_LINES, false},
        {"10.0.0.2:4000", "X-Forwarded-Proto: https\r\n", false},
        {"unix", "X-Forwarded-Proto: https\r\n", false},
    };
    const struct http_trust trust = trust_of("10.0.0.1");
    for (size_t i = 0; i < COUNT(cases); i++) {
        uint8_t memory[4096];
        struct http_head head;
        const struct address remote = hop_of(cases[i].remote);
        head_of(cases[i].lines, memory, &head);
        if (http_forwarded_is_secure(&trust, &remote, &head) != cases[i].is_secure)
            fail_msg("wrong: from %s, %s", cases[i].remote, cases[i].lines);
    }
}

static void a_list_of_proxies_has_an_end(void **state) {
    (void)state;
    struct http_trust trust = {0};
    for (size_t i = 0; i < HTTP_TRUST_RANGES_MAX; i++) assert_true(http_trust_add(&trust, SPAN_LITERAL("10.0.0.0/8")));
    assert_false(http_trust_add(&trust, SPAN_LITERAL("192.0.2.1")));
    assert_true(http_trust_add(&trust, SPAN_LITERAL("unix"))); /* no network */
    assert_false(http_trust_add(&trust, SPAN_LITERAL("proxy.example")));
    assert_int_equal(trust.range_count, HTTP_TRUST_RANGES_MAX);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_client_is_the_first_that_is_no_listed_proxy),
        cmocka_unit_test(a_listed_proxy_says_whether_its_client_spoke_tls),
        cmocka_unit_test(a_list_of_proxies_has_an_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
