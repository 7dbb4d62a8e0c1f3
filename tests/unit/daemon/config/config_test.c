/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/config/config.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "/tmp/skep-config-XXXXXX";
static char file[64];

static int group_setup(void **state) {
    (void)state;
    if (mkdtemp(folder) == NULL || !sign_init()) return -1;
    (void)snprintf(file, sizeof file, "%s/skep.conf", folder);
    return 0;
}

static int group_teardown(void **state) {
    (void)state;
    (void)unlink(file);
    return rmdir(folder);
}

static void file_write(struct span text) {
    FILE *out = fopen(file, "w");
    assert_non_null(out);
    assert_int_equal(fwrite(text.at, 1, text.size, out), text.size);
    assert_int_equal(fclose(out), 0);
}

static struct config *config_of(const char *text) {
    file_write(span_of_text(text));
    return config_load(&(struct config_source){.file = file});
}

/* Every message as it is shown, one to a line, without the folder. */
static void messages_write(const struct config *config, char *text, size_t capacity) {
    const struct mistake_list *mistakes = config_mistakes(config);
    struct buffer out = buffer_over((uint8_t *)text, capacity - 1);
    for (size_t i = 0; i < mistakes->count; i++) {
        if (i > 0) buffer_put_text(&out, "\n");
        mistake_write(&out, &mistakes->items[i], config_file(config) + strlen(folder) + 1);
    }
    text[out.size] = '\0';
}

static void assert_messages(struct config *config, const char *text, const char *expected) {
    char messages[8192];
    messages_write(config, messages, sizeof messages);
    if (strcmp(messages, expected) != 0) fail_msg("%s\ngave:     %s\nexpected: %s", text, messages, expected);
    config_free(config);
}

#define SIXTY      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define URL_OF_128 "http://" SIXTY SIXTY "a"

/* Each mistake has a message of its own, with the file and the line. */
static void every_mistake_is_told_with_its_place(void **state) {
    static const struct {
        const char *text;
        const char *message; /* NULL: none */
    } cases[] = {
        /* The form of the file. */
        {"log info\n", "skep.conf:1: expected KEY = VALUE, a [heading] or a # comment"},
        {"# one\n= info\n", "skep.conf:2: expected a key before the ="},
        {"\n\n[beacon\n", "skep.conf:3: expected a heading in brackets, like [beacon], alone on its line"},
        {"[bacon]\n", "skep.conf:1: [bacon] is no heading of this file; expected one of [node] [api] [services] "
                      "[beacon] [signaling] [log]"},
        {"data = \"a\n", "skep.conf:1: the quote that begins the value does not end on this line"},
        {"data = \"a\" b\n", "skep.conf:1: expected nothing behind the second quote"},
        {"log = \x01\n", "skep.conf:1: expected text in UTF-8, but there are other bytes in it"},
        /* Keys. */
        {"beacn = http://a\n", "skep.conf:1: there is no option \"beacn\"; is beacon meant?"},
        {"Log = info\n", "skep.conf:1: there is no option \"Log\"; is log meant?"},
        {"beacon_rate_loopback = yes\n",
         "skep.conf:1: there is no option \"beacon_rate_loopback\"; is beacon-rate-loopback meant?"},
        {"colour = blue\n", "skep.conf:1: there is no option \"colour\"; skep config show lists all"},
        {"log = info\nlog = warn\n", "skep.conf:2: log: stands on line 1 already; expected it once"},
        /* Values, of each option. */
        {"log = loud\n", "skep.conf:1: log: expected debug, info, warn or error, not \"loud\""},
        {"max-links = 11\n", "skep.conf:1: max-links: expected a number from 12 to 224, not \"11\""},
        {"max-links = 225\n", "skep.conf:1: max-links: expected a number from 12 to 224, not \"225\""},
        {"max-links = 012\n", "skep.conf:1: max-links: expected a number from 12 to 224, not \"012\""},
        {"log =\n", "skep.conf:1: log: expected debug, info, warn or error, not an empty value"},
        {"data = \"\"\n", "skep.conf:1: data: expected the path of a folder, not an empty value"},
        {"roles = node, bacon\n", "skep.conf:1: roles: expected node, beacon or signaling, not \"bacon\""},
        {"roles =\n", "skep.conf:1: roles: expected node, beacon or signaling, not an empty value"},
        {"community = Main\n",
         "skep.conf:1: community: expected 1 to 63 of a-z 0-9 . _ -, beginning with a letter or digit, not \"Main\""},
        {"listen = 8782\n", "skep.conf:1: listen: expected ADDR:PORT, like 0.0.0.0:8782 or [::]:8782, not \"8782\""},
        {"listen = 0.0.0.0:65536\n",
         "skep.conf:1: listen: expected ADDR:PORT, like 0.0.0.0:8782 or [::]:8782, not \"0.0.0.0:65536\""},
        {"api = localhost:8780\n", "skep.conf:1: api: expected ADDR:PORT, like 127.0.0.1:8780 or [::1]:8780, or unix: "
                                   "and an absolute path, not \"localhost:8780\""},
        {"serve = *:80\n", "skep.conf:1: serve: expected ADDR:PORT, like 0.0.0.0:8781 or [::]:8781, or unix: and an "
                           "absolute path, not \"*:80\""},
        {"advertise = me\n",
         "skep.conf:1: advertise: expected an IP address, with or without a port, or none, not \"me\""},
        {"advertise = none\nadvertise = 1.2.3.4\n",
         "skep.conf:2: advertise: expected either none or addresses, not both"},
        {"advertise = 1.1.1.1 1.1.1.2 1.1.1.3 1.1.1.4\nadvertise = 1.1.1.5\n",
         "skep.conf:2: advertise: expected at most 4 values, not 5"},
        {"beacon = beacon.example\n",
         "skep.conf:1: beacon: expected an http or https address of at most 127 characters, not \"beacon.example\""},
        {"beacon = " URL_OF_128 "\n",
         "skep.conf:1: beacon: expected an http or https address of at most 127 characters, not \"" URL_OF_128 "\""},
        {"ice-server = stun.example:3478\n",
         "skep.conf:1: ice-server: expected stun: or turn:, and a host, with its port unless that is 3478, not "
         "\"stun.example:3478\""},
        {"ice-server = stuns:stun.example\n",
         "skep.conf:1: ice-server: expected stun: or turn:, and a host, with its port unless that is 3478, not "
         "\"stuns:stun.example\""},
        {"ice-server = stun:stun.example\n", ""},
        {"ice-server = stun:192.0.2.1:3478\nice-server = turn:[2001:db8::1]:3478\nice-credentials = /c\n", ""},
        {"ice-server = turn:192.0.2.1:3478\n",
         "skep.conf:1: ice-server: expected ice-credentials beside a turn server, the file with its user and password"},
        {"ice-credentials = c\n", "skep.conf:1: ice-credentials: expected the absolute path of a file, not \"c\""},
        {"peer = 203.0.113.5\n",
         "skep.conf:1: peer: expected [NODEID@]HOST:PORT, an IPv6 address in brackets, not \"203.0.113.5\""},
        {"peer = me@203.0.113.5:1\n",
         "skep.conf:1: peer: expected [NODEID@]HOST:PORT, an IPv6 address in brackets, not \"me@203.0.113.5:1\""},
        {"api-hosts = a.example/skep\n",
         "skep.conf:1: api-hosts: expected a host name as browsers send it, with a port unless it is the usual one, "
         "not \"a.example/skep\""},
        {"serve-cert = cert.pem\nserve-key = /k.pem\n",
         "skep.conf:1: serve-cert: expected the absolute path of a PEM file, not \"cert.pem\"\n"
         "skep.conf:2: serve-key: expected serve-cert beside it, the certificate of that key"},
        {"serve-cert = /c.pem\n",
         "skep.conf:1: serve-cert: expected serve-key beside it, the private key of that certificate"},
        {"beacon-communities = ours, Theirs\n",
         "skep.conf:1: beacon-communities: expected 1 to 63 of a-z 0-9 . _ -, beginning with a letter or digit, not "
         "\"Theirs\""},
        {"beacon-trusted-keys = AAAA\n",
         "skep.conf:1: beacon-trusted-keys: expected an Ed25519 public key, 44 characters of base64, not \"AAAA\""},
        {"beacon-trusted-keys = AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
         "skep.conf:1: beacon-trusted-keys: \"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\" is 32 bytes, but no "
         "Ed25519 public key"},
        {"contact = " SIXTY SIXTY SIXTY "aaaaaaaaaaaaaaaaaaaaé\n",
         "skep.conf:1: contact: expected at most 200 characters, not \"" SIXTY SIXTY SIXTY "aaaaaaaaaaaaaaaaaaaaé\""},
        {"contact = " SIXTY SIXTY SIXTY "aaaaaaaaaaaaaaaaaaaé\n", ""},
        {"beacon-rate-loopback = true\n", "skep.conf:1: beacon-rate-loopback: expected yes or no, not \"true\""},
        /* All of them at once, from the top to the end. */
        {"log = loud\nx\nroles = y\n", "skep.conf:1: log: expected debug, info, warn or error, not \"loud\"\n"
                                       "skep.conf:2: expected KEY = VALUE, a [heading] or a # comment\n"
                                       "skep.conf:3: roles: expected node, beacon or signaling, not \"y\""},
        /* And what is right is no mistake. */
        {"", ""},
        {"[beacon]\nlog = warn # quietly\n", ""},
    };
    (void)state;
    assert_true(sizeof cases / sizeof cases[0] > 30);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_messages(config_of(cases[i].text), cases[i].text, cases[i].message);
}

static void a_file_that_cannot_be_read_is_a_mistake(void **state) {
    (void)state;
    char missing[96];
    (void)snprintf(missing, sizeof missing, "%s/none.conf", folder);
    assert_messages(config_load(&(struct config_source){.file = missing}), missing, "none.conf: there is no such file");
    (void)snprintf(missing, sizeof missing, "%s/.", folder);
    assert_messages(config_load(&(struct config_source){.file = missing}), missing, ".: expected a file, not a folder");
    assert_int_equal(unlink(file), 0);
    assert_int_equal(mkfifo(file, 0600), 0);
    assert_messages(config_load(&(struct config_source){.file = file}), file, "skep.conf: expected a file");
    assert_int_equal(unlink(file), 0);
}

static void a_file_over_its_size_is_a_mistake(void **state) {
    static char text[CONFIG_FILE_MAX + 1];
    (void)state;
    memset(text, '\n', sizeof text);
    file_write((struct span){(const uint8_t *)text, sizeof text});
    assert_messages(config_load(&(struct config_source){.file = file}), "large",
                    "skep.conf: expected at most 262144 bytes");
    file_write((struct span){(const uint8_t *)text, sizeof text - 1});
    assert_messages(config_load(&(struct config_source){.file = file}), "as large as may be", "");
}

static void too_many_values_and_mistakes_are_counted(void **state) {
    static char text[CONFIG_FILE_MAX];
    size_t size = 0;
    (void)state;
    for (size_t i = 0; i < 2 * VALUES_MAX; i++)
        size += (size_t)snprintf(text + size, sizeof text - size, "beacon-communities = c%zu\n", i);
    struct config *config = config_of(text);
    assert_int_equal(config_mistakes(config)->count, MISTAKES_MAX);
    assert_true(config_mistakes(config)->more > 0);
    assert_int_equal(config_settings(config)->beacon_community_count, SETTINGS_COMMUNITIES_MAX);
    config_free(config);
}

/* ---- Which value counts ---- */

static void assert_log(const struct config *config, enum event_level level, enum origin_kind origin) {
    assert_int_equal(config_mistakes(config)->count, 0);
    assert_int_equal(config_settings(config)->log, level);
    assert_int_equal(values_origin(config_values(config), OPTION_LOG, 0).kind, origin);
}

static void the_flag_counts_before_the_variable_before_the_file(void **state) {
    const struct config_flag flags[] = {{OPTION_LOG, "error"}, {OPTION_LOG, "debug"}};
    (void)state;
    struct config *config = config_load(&(struct config_source){.file = "none"});
    assert_log(config, EVENT_LEVEL_INFO, ORIGIN_DEFAULT);
    config_free(config);
    config = config_of("\nlog = warn\n");
    assert_log(config, EVENT_LEVEL_WARN, ORIGIN_FILE);
    assert_int_equal(values_origin(config_values(config), OPTION_LOG, 0).line, 2);
    config_free(config);
    assert_int_equal(setenv("SKEP_LOG", "error", 1), 0);
    config = config_load(&(struct config_source){.file = file});
    assert_log(config, EVENT_LEVEL_ERROR, ORIGIN_ENVIRONMENT);
    config_free(config);
    config = config_load(&(struct config_source){.file = file, .flags = flags, .flag_count = 2});
    assert_log(config, EVENT_LEVEL_DEBUG, ORIGIN_FLAG); /* the last one */
    config_free(config);
    assert_int_equal(unsetenv("SKEP_LOG"), 0);
}

static void a_value_that_does_not_count_must_be_right_all_the_same(void **state) {
    const struct config_flag flags[] = {{OPTION_LOG, "error"}};
    (void)state;
    file_write(SPAN_LITERAL("log = loud\n"));
    assert_messages(config_load(&(struct config_source){.file = file, .flags = flags, .flag_count = 1}), "overridden",
                    "skep.conf:1: log: expected debug, info, warn or error, not \"loud\"");
}

static void a_list_that_does_not_count_must_be_right_as_a_whole(void **state) {
    const struct config_flag flags[] = {{OPTION_ADVERTISE, "none"}};
    (void)state;
    file_write(SPAN_LITERAL("advertise = 1.1.1.1 1.1.1.2 1.1.1.3\nadvertise = 1.1.1.4 1.1.1.5\n"));
    assert_messages(config_load(&(struct config_source){.file = file, .flags = flags, .flag_count = 1}), "too long",
                    "skep.conf:2: advertise: expected at most 4 values, not 5");
    file_write(SPAN_LITERAL("advertise = 1.1.1.1 none\n"));
    assert_messages(config_load(&(struct config_source){.file = file, .flags = flags, .flag_count = 1}), "both",
                    "skep.conf:1: advertise: expected either none or addresses, not both");
}

static void what_is_no_text_is_refused_wherever_it_comes_from(void **state) {
    const struct config_flag flags[] = {{OPTION_CONTACT, "a\x1b[31mb"}};
    (void)state;
    assert_int_equal(setenv("SKEP_COMMUNITY", "\xff", 1), 0);
    struct config *config = config_load(&(struct config_source){.file = "none", .flags = flags, .flag_count = 1});
    const struct mistake_list *mistakes = config_mistakes(config);
    assert_int_equal(mistakes->count, 2);
    assert_int_equal(mistakes->items[0].origin.kind, ORIGIN_ENVIRONMENT);
    assert_int_equal(mistakes->items[1].origin.kind, ORIGIN_FLAG);
    for (size_t i = 0; i < 2; i++)
        assert_string_equal(mistakes->items[i].text, "expected text in UTF-8, but there are other bytes in it");
    config_free(config);
    assert_int_equal(unsetenv("SKEP_COMMUNITY"), 0);
}

/* Looking elsewhere would start a node with another configuration than the one that was written for it. */
static void a_usual_place_that_cannot_be_searched_is_not_passed_over(void **state) {
    char loop[96];
    (void)state;
    (void)snprintf(loop, sizeof loop, "%s/loop", folder);
    assert_int_equal(symlink("loop", loop), 0);
    assert_int_equal(setenv("CONFIGURATION_DIRECTORY", loop, 1), 0);
    struct config *config = config_load(&(struct config_source){0});
    assert_int_equal(config_mistakes(config)->count, 1);
    assert_non_null(strstr(config_file(config), "/loop/skep.conf"));
    config_free(config);
    assert_int_equal(unsetenv("CONFIGURATION_DIRECTORY"), 0);
    assert_int_equal(unlink(loop), 0);
}

static void a_list_is_taken_whole_from_one_place(void **state) {
    const struct config_flag flags[] = {{OPTION_BEACON, "http://c"}};
    (void)state;
    struct config *config = config_of("beacon = http://a, http://b\nbeacon = http://c http://d\n");
    assert_int_equal(config_settings(config)->beacon_count, 4);
    assert_string_equal(config_settings(config)->beacons[3], "http://d");
    assert_string_equal(values_text(config_values(config), OPTION_BEACON, 2), "http://c");
    struct config *other = config_load(&(struct config_source){.file = file, .flags = flags, .flag_count = 1});
    assert_int_equal(config_settings(other)->beacon_count, 1);
    assert_false(values_same(config_values(config), config_values(other), OPTION_BEACON));
    assert_true(values_same(config_values(config), config_values(other), OPTION_LOG));
    config_free(other);
    config_free(config);
}

static void a_mistake_in_the_environment_names_its_variable(void **state) {
    (void)state;
    assert_int_equal(setenv("SKEP_BEACON_RATE_LOOPBACK", "maybe", 1), 0);
    struct config *config = config_load(&(struct config_source){.file = "none"});
    char messages[512];
    struct buffer out = buffer_over((uint8_t *)messages, sizeof messages);
    assert_int_equal(config_mistakes(config)->count, 1);
    mistake_write(&out, &config_mistakes(config)->items[0], "");
    assert_true(span_equal_text(buffer_span(&out), "SKEP_BEACON_RATE_LOOPBACK: expected yes or no, not \"maybe\""));
    config_free(config);
    assert_int_equal(unsetenv("SKEP_BEACON_RATE_LOOPBACK"), 0);
}

static void a_variable_of_no_option_is_noticed(void **state) {
    const char *names[8];
    (void)state;
    assert_int_equal(setenv("SKEP_LOGG", "info", 1), 0);
    const size_t count = config_stray_variables(names, 8);
    bool is_found = false;
    for (size_t i = 0; i < count; i++) is_found |= strncmp(names[i], "SKEP_LOGG=", 10) == 0;
    assert_true(is_found);
    assert_int_equal(unsetenv("SKEP_LOGG"), 0);
}

static void the_usual_places_are_looked_through_in_order(void **state) {
    (void)state;
    file_write(SPAN_LITERAL("log = error\n"));
    assert_int_equal(setenv("CONFIGURATION_DIRECTORY", folder, 1), 0);
    struct config *config = config_load(&(struct config_source){0});
    assert_string_equal(config_file(config), file);
    config_free(config);
    config = config_load(&(struct config_source){.file = "none"});
    assert_string_equal(config_file(config), "");
    config_free(config);
    assert_int_equal(unsetenv("CONFIGURATION_DIRECTORY"), 0);
    assert_int_equal(setenv("SKEP_CONFIG", file, 1), 0);
    config = config_load(&(struct config_source){0});
    assert_log(config, EVENT_LEVEL_ERROR, ORIGIN_FILE);
    config_free(config);
    assert_int_equal(unsetenv("SKEP_CONFIG"), 0);
}

static void the_defaults_of_the_table_are_good(void **state) {
    (void)state;
    struct config *config = config_load(&(struct config_source){.file = "none"});
    const struct settings *settings = config_settings(config);
    assert_int_equal(config_mistakes(config)->count, 0);
    assert_int_equal(settings->roles, NODE_ROLE_NODE);
    assert_string_equal(settings->community, "mainnet");
    assert_int_equal(settings->api.address.port, 8780);
    assert_int_equal(settings->serve.address.port, 8781);
    assert_int_equal(settings->listen.port, 8782);
    assert_false(settings->beacon_rate_loopback);
    config_free(config);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_mistake_is_told_with_its_place),
        cmocka_unit_test(a_file_that_cannot_be_read_is_a_mistake),
        cmocka_unit_test(a_file_over_its_size_is_a_mistake),
        cmocka_unit_test(too_many_values_and_mistakes_are_counted),
        cmocka_unit_test(the_flag_counts_before_the_variable_before_the_file),
        cmocka_unit_test(a_value_that_does_not_count_must_be_right_all_the_same),
        cmocka_unit_test(a_list_that_does_not_count_must_be_right_as_a_whole),
        cmocka_unit_test(what_is_no_text_is_refused_wherever_it_comes_from),
        cmocka_unit_test(a_usual_place_that_cannot_be_searched_is_not_passed_over),
        cmocka_unit_test(a_list_is_taken_whole_from_one_place),
        cmocka_unit_test(a_mistake_in_the_environment_names_its_variable),
        cmocka_unit_test(a_variable_of_no_option_is_noticed),
        cmocka_unit_test(the_usual_places_are_looked_through_in_order),
        cmocka_unit_test(the_defaults_of_the_table_are_good),
    };
    return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
