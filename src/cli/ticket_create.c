/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/ticket_create.h"

#include "base/encoding.h"
#include "cli/command.h"
#include "cli/input.h"
#include "cli/options.h"
#include "crypto/entropy.h"
#include "crypto/key_pem.h"
#include "daemon/loop/clock.h"
#include "swarm/identity/ticket.h"

#include <stdio.h>

#define HELP                                                                                                           \
    "Examples:\n"                                                                                                      \
    "  skep ticket create --key identity/node.key\n"                                                                   \
    "  skep ticket create --key identity/node.key --addr 203.0.113.5:8782 --community mainnet\n"                       \
    "  openssl genpkey -algorithm ed25519 | skep ticket create --key - --peer-id peer-abc --user-id u1\n"              \
    "\n"                                                                                                               \
    "Signs a presence ticket and prints its envelope, one line of JSON. Without ids it is a native ticket of the\n"    \
    "key: its peer id is the key's nodeId.\n"                                                                          \
    "\n"                                                                                                               \
    "Options:\n"                                                                                                       \
    "  --key FILE|-       the Ed25519 key, PKCS8 PEM; - reads standard input\n"                                        \
    "  --seed HEX         the key's 32 bytes; for test keys only, others can see the command line\n"                   \
    "  --peer-id ID       default: the nodeId of the key\n"                                                            \
    "  --user-id ID       default: the userId of the key\n"                                                            \
    "  --now MS           when it is issued, in ms since the epoch (default: the clock)\n"                             \
    "  --ttl MS           how long it holds (default: 180000; native tickets: at most 600000)\n"                       \
    "  --nonce B64        default: 12 random bytes\n"                                                                  \
    "Only for native tickets:\n"                                                                                       \
    "  --addr IP:PORT     where to dial, best first; up to 4 times\n"                                                  \
    "  --community NAME   lower-case letters, digits and . _ -\n"                                                      \
    "  --boot HEX         16 hex digits that name the process run\n"

enum { NONCE_SIZE = 12, NONCE_TEXT_SIZE = 16, BOOT_SIZE = 8 };

struct creation {
    const char *key_path;
    const char *seed_text;
    const char *peer_id; /* NULL = not given, for each text here */
    const char *user_id;
    const char *nonce;
    const char *community;
    const char *boot_text;
    int64_t now_ms;
    int64_t ttl_ms;
    const char *addr_texts[LIMIT_TICKET_ADDRS_MAX];
    struct options_list addrs;
    char own_peer_id[NODE_ID_TEXT_SIZE + 1];
    char own_user_id[NODE_ID_TEXT_SIZE + 1];
    char random_nonce[NONCE_TEXT_SIZE + 1];
    struct address addresses[LIMIT_TICKET_ADDRS_MAX];
    uint8_t boot[BOOT_SIZE];
    struct signing_key key;
    const struct options_table *table; /* for messages */
};

/* ---- The key ---- */

static int key_from_seed(struct creation *c) {
    uint8_t seed[32];
    struct buffer out = buffer_over(seed, sizeof seed);
    if (!hex_read(span_of_text(c->seed_text), &out) || out.size != sizeof seed)
        return options_refuse(c->table, "--seed wants 64 hex digits");
    sign_key_from_seed(&c->key, seed);
    return EXIT_CODE_DONE;
}

static int key_from_file(struct creation *c) {
    struct err_detail detail;
    struct input input;
    enum err err = input_open(&input, c->key_path, 4096, &detail);
    if (err == ERR_OK && !key_pem_read(input_span(&input), &c->key))
        err = err_set(&detail, ERR_FOREIGN, "%s is not an Ed25519 private key in PKCS8 PEM", c->key_path);
    input_close(&input);
    if (err == ERR_OK) return EXIT_CODE_DONE;
    (void)fprintf(stderr, "skep ticket create: %s\n", detail.text);
    return EXIT_CODE_FAILED;
}

static int key_load(struct creation *c) {
    if ((c->key_path == NULL) == (c->seed_text == NULL))
        return options_refuse(c->table, "--key is needed (or --seed, but not both)");
    return c->key_path != NULL ? key_from_file(c) : key_from_seed(c);
}

/* ---- What the options say and leave open ---- */

static int native_read(struct creation *c) {
    struct buffer boot = buffer_over(c->boot, sizeof c->boot);
    for (size_t i = 0; i < c->addrs.count; i++)
        if (!address_read(span_of_text(c->addr_texts[i]), &c->addresses[i]) || c->addresses[i].port == 0)
            return options_refuse(c->table, "--addr wants an address such as 203.0.113.5:8782 or [2001:db8::5]:8782");
    if (c->boot_text != NULL && (!hex_read(span_of_text(c->boot_text), &boot) || boot.size != sizeof c->boot))
        return options_refuse(c->table, "--boot wants 16 hex digits");
    if (c->community != NULL && !community_is_valid(span_of_text(c->community)))
        return options_refuse(c->table, "--community wants lower-case letters, digits and . _ -, at most %d",
                              LIMIT_COMMUNITY_MAX);
    return EXIT_CODE_DONE;
}

static void nonce_draw(char text[NONCE_TEXT_SIZE + 1]) {
    uint8_t bytes[NONCE_SIZE];
    struct entropy entropy = entropy_of_system();
    struct buffer out = buffer_over((uint8_t *)text, NONCE_TEXT_SIZE);
    entropy_fill(&entropy, bytes, sizeof bytes);
    base64_write(&out, (struct span){bytes, sizeof bytes});
    text[NONCE_TEXT_SIZE] = '\0';
}

static void defaults_fill(struct creation *c) {
    struct public_key key = sign_public_key(&c->key);
    struct node_id node = node_id_of_key(&key);
    struct user_id user = user_id_of_key(&key);
    node_id_text(&node, c->own_peer_id);
    user_id_text(&user, c->own_user_id);
    nonce_draw(c->random_nonce);
    if (c->peer_id == NULL) c->peer_id = c->own_peer_id;
    if (c->user_id == NULL) c->user_id = c->own_user_id;
    if (c->nonce == NULL) c->nonce = c->random_nonce;
}

/* ---- The ticket ---- */

static int refused_by_rule(const char *sentence) {
    (void)fprintf(stderr, "skep ticket create: %s\n", sentence);
    return EXIT_CODE_CHECK;
}

/* Says which rule a draft broke that ticket_sign would not sign. */
static int refusal_explain(const struct creation *c, const struct ticket_draft *draft) {
    struct node_id ignored;
    bool is_bound = span_equal_text(span_of_text(draft->peer_id), c->own_peer_id);
    if (!is_bound && node_id_read(span_of_text(draft->peer_id), &ignored))
        return refused_by_rule("the peer id is a nodeId, but not this key's; every reader would refuse it "
                               "(PEER_ID_MISMATCH)");
    if (is_bound && (c->ttl_ms < 1 || c->ttl_ms > LIMIT_TICKET_NATIVE_LIFETIME_MS_MAX))
        return refused_by_rule("a native ticket holds 1 to 600000 ms (LIFETIME_INVALID)");
    return refused_by_rule("the ids must be UTF-8 of at most 256 bytes, the nonce of 64, all of it 1536");
}

static int ticket_print(const struct ticket *ticket) {
    uint8_t memory[LIMIT_TICKET_ENVELOPE_MAX];
    struct buffer out = buffer_over(memory, sizeof memory);
    ticket_write(&out, ticket);
    buffer_put_u8(&out, '\n');
    (void)fwrite(out.at, 1, out.size, stdout);
    return EXIT_CODE_DONE;
}

static int create(struct creation *c) {
    defaults_fill(c);
    bool is_native = span_equal_text(span_of_text(c->peer_id), c->own_peer_id);
    if (!is_native && (c->addrs.count > 0 || c->community != NULL || c->boot_text != NULL))
        return options_refuse(c->table, "--addr, --community and --boot are for tickets whose peer id is the nodeId");
    struct ticket_draft draft = {.peer_id = c->peer_id,
                                 .user_id = c->user_id,
                                 .nonce = c->nonce,
                                 .issued_at_ms = c->now_ms,
                                 .expires_at_ms = c->now_ms + c->ttl_ms,
                                 .addrs = c->addresses,
                                 .addr_count = c->addrs.count,
                                 .is_native = is_native,
                                 .community = c->community};
    for (size_t i = 0; i < sizeof draft.boot; i++) draft.boot[i] = c->boot[i];
    struct ticket ticket;
    if (!ticket_sign(&ticket, &draft, &c->key)) return refusal_explain(c, &draft);
    return ticket_print(&ticket);
}

static int creation_run(struct creation *c) {
    int exit_code = native_read(c);
    if (exit_code == EXIT_CODE_DONE) exit_code = key_load(c);
    if (exit_code == EXIT_CODE_DONE) exit_code = create(c);
    sign_key_wipe(&c->key);
    return exit_code;
}

int ticket_create_run(int argc, char **argv) {
    struct creation c = {
        .now_ms = clock_wall_ms(), .ttl_ms = LIMIT_TICKET_LIFETIME_MS, .addrs = {.capacity = LIMIT_TICKET_ADDRS_MAX}};
    c.addrs.items = c.addr_texts;
    const struct options_entry entries[] = {
        {.name = "key", .kind = OPTIONS_TEXT, .into.text = &c.key_path},
        {.name = "seed", .kind = OPTIONS_TEXT, .into.text = &c.seed_text},
        {.name = "peer-id", .kind = OPTIONS_TEXT, .into.text = &c.peer_id},
        {.name = "user-id", .kind = OPTIONS_TEXT, .into.text = &c.user_id},
        {.name = "now", .kind = OPTIONS_MILLISECONDS, .into.integer = &c.now_ms},
        {.name = "ttl", .kind = OPTIONS_MILLISECONDS, .into.integer = &c.ttl_ms},
        {.name = "nonce", .kind = OPTIONS_TEXT, .into.text = &c.nonce},
        {.name = "addr", .kind = OPTIONS_TEXT_LIST, .into.list = &c.addrs},
        {.name = "community", .kind = OPTIONS_TEXT, .into.text = &c.community},
        {.name = "boot", .kind = OPTIONS_TEXT, .into.text = &c.boot_text},
    };
    const struct options_table table = {
        .command = "skep ticket create", .help = HELP, .entries = entries, .count = sizeof entries / sizeof entries[0]};
    int exit_code;
    c.table = &table;
    if (!options_accept(&table, argc, argv, &exit_code)) return exit_code;
    return creation_run(&c);
}
