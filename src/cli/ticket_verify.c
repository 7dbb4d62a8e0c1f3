/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/ticket_verify.h"

#include "base/encoding.h"
#include "base/memory.h"
#include "cli/command.h"
#include "cli/input.h"
#include "cli/options.h"
#include "daemon/loop/clock.h"
#include "swarm/identity/ticket.h"

#include <stdio.h>

#define HELP                                                                                                           \
    "Examples:\n"                                                                                                      \
    "  skep ticket verify < envelope.json\n"                                                                           \
    "  skep ticket verify --now 1763640001000 --expect-peer peer-v < envelope.json\n"                                  \
    "  skep ticket verify --trust iz0fBtc2ApQppenOX5SbSVIcrxZq4lLSf0IeHshEKgI= --json < envelope.json\n"               \
    "\n"                                                                                                               \
    "Reads a ticket's envelope from standard input and prints \"ok\" or the reason why it does not hold: MALFORMED\n"  \
    "EXPIRED NOT_YET_VALID LIFETIME_INVALID PEER_ID_MISMATCH USER_ID_MISMATCH UNTRUSTED_PUBLIC_KEY\n"                  \
    "UNSUPPORTED_ALGORITHM SIGNATURE_INVALID. Exit code 0 or 4.\n"                                                     \
    "\n"                                                                                                               \
    "Options:\n"                                                                                                       \
    "  --now MS           the time to judge by, in ms since the epoch (default: the clock)\n"                          \
    "  --skew MS          how far clocks may differ (default: 15000)\n"                                                \
    "  --expect-peer ID   the peer id it must have\n"                                                                  \
    "  --expect-user ID   the user id it must have\n"                                                                  \
    "  --trust KEY        base64 of a public key that may have signed; repeat for more\n"                              \
    "  --trust-none       trust no key at all\n"                                                                       \
    "  --json             {\"ok\":true} or {\"ok\":false,\"reason\":\"...\"}\n"

/* The tree of the richest 64 KiB: a value is 48 bytes for two of text, its sorted place 16. */
enum { ENVELOPE_TEXT_MAX = 64 * 1024, ARENA_SIZE = 4 << 20, TRUST_MAX = 256 };

struct verification {
    int64_t now_ms;
    int64_t skew_ms;
    const char *expected_peer_id;
    const char *expected_user_id;
    const char *trust_texts[TRUST_MAX];
    struct options_list trust;
    bool trusts_none;
    bool is_json;
    struct public_key trusted[TRUST_MAX];
    size_t trusted_count;
};

/* A text that is no key can match no ticket, so leaving it out trusts nobody by mistake; a typing error still wants to
 * be seen. */
static void trust_read(struct verification *v) {
    for (size_t i = 0; i < v->trust.count; i++) {
        struct public_key *key = &v->trusted[v->trusted_count];
        struct buffer out = buffer_over(key->bytes, sizeof key->bytes);
        if (base64_read(span_of_text(v->trust.items[i]), &out) && out.size == sizeof key->bytes)
            v->trusted_count++;
        else
            (void)fprintf(stderr, "skep ticket verify: --trust %s is not base64 of 32 bytes; it matches no ticket\n",
                          v->trust.items[i]);
    }
}

static enum refusal envelope_check(const struct verification *v, struct span text, struct arena *arena) {
    const struct ticket_rules rules = {
        .judges_time = true,
        .now_ms = v->now_ms,
        .skew_ms = v->skew_ms,
        .expected_peer_id = span_of_text(v->expected_peer_id),
        .expected_user_id = span_of_text(v->expected_user_id),
        .has_trust_list = v->trusts_none || v->trust.count > 0,
        .trusted = v->trusted,
        .trusted_count = v->trusts_none ? 0 : v->trusted_count,
    };
    const struct verifier verifier = sign_verifier();
    struct ticket ticket;
    enum json_fault fault;
    size_t fault_at;
    const struct json_value *envelope = json_parse(text, JSON_CANON, arena, &fault, &fault_at);
    if (envelope != NULL) return ticket_check(envelope, &rules, &verifier, arena, &ticket);
    (void)fprintf(stderr, "skep ticket verify: not usable JSON (%s), at byte %zu\n", json_fault_name(fault), fault_at);
    return REFUSAL_TICKET_MALFORMED;
}

static int outcome_print(enum refusal refusal, bool is_json) {
    bool is_ok = refusal == REFUSAL_NONE;
    if (!is_json)
        (void)puts(is_ok ? "ok" : refusal_name(refusal));
    else if (is_ok)
        (void)puts("{\"ok\":true}");
    else
        (void)printf("{\"ok\":false,\"reason\":\"%s\"}\n", refusal_name(refusal));
    return is_ok ? EXIT_CODE_DONE : EXIT_CODE_CHECK;
}

static int verify(const struct verification *v) {
    struct err_detail detail;
    struct input input;
    enum refusal refusal = REFUSAL_TICKET_MALFORMED;
    void *memory = memory_zeroed(1, ARENA_SIZE);
    struct arena arena = arena_over(memory, ARENA_SIZE);
    enum err err = input_open(&input, "-", ENVELOPE_TEXT_MAX, &detail);
    if (err != ERR_OK) (void)fprintf(stderr, "skep ticket verify: %s\n", detail.text);
    if (err == ERR_OK) refusal = envelope_check(v, input_span(&input), &arena);
    input_close(&input);
    memory_free(memory);
    if (err != ERR_OK && err != ERR_LIMIT) return EXIT_CODE_FAILED;
    return outcome_print(refusal, v->is_json);
}

int ticket_verify_run(int argc, char **argv) {
    struct verification v = {.now_ms = clock_wall_ms(),
                             .skew_ms = LIMIT_CLOCK_SKEW_MS,
                             .expected_peer_id = "",
                             .expected_user_id = "",
                             .trust = {.capacity = TRUST_MAX}};
    v.trust.items = v.trust_texts;
    const struct options_entry entries[] = {
        {.name = "now", .kind = OPTIONS_MILLISECONDS, .into.integer = &v.now_ms},
        {.name = "skew", .kind = OPTIONS_MILLISECONDS, .into.integer = &v.skew_ms, .max = IDENTITY_TIME_MS_MAX},
        {.name = "expect-peer", .kind = OPTIONS_TEXT, .into.text = &v.expected_peer_id},
        {.name = "expect-user", .kind = OPTIONS_TEXT, .into.text = &v.expected_user_id},
        {.name = "trust", .kind = OPTIONS_TEXT_LIST, .into.list = &v.trust},
        {.name = "trust-none", .kind = OPTIONS_FLAG, .into.flag = &v.trusts_none},
        {.name = "json", .kind = OPTIONS_FLAG, .into.flag = &v.is_json},
    };
    const struct options_table table = {
        .command = "skep ticket verify", .help = HELP, .entries = entries, .count = sizeof entries / sizeof entries[0]};
    int exit_code;
    if (!options_accept(&table, argc, argv, &exit_code)) return exit_code;
    trust_read(&v);
    return verify(&v);
}
