/* SPDX-License-Identifier: Apache-2.0 */
/* Bodies for POST /announce, one to a line: distinct tickets of claimed ids, as browsers of the original app sign them,
 * each with a key of its own, good from now on.
 *
 *     ticket_bodies COUNT LIFE_MS [PREFIX] */
#include "base/encoding.h"
#include "crypto/entropy.h"
#include "swarm/identity/ticket.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static int64_t wall_ms(void) {
    struct timespec now;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void nonce_write(const struct entropy *entropy, char nonce[32]) {
    uint8_t bytes[12];
    struct buffer text = buffer_over((uint8_t *)nonce, 31);
    entropy_fill(entropy, bytes, sizeof bytes);
    base64_write(&text, (struct span){bytes, sizeof bytes});
    nonce[text.size] = '\0';
}

static int body_print(const struct entropy *entropy, const char *id, int64_t life_ms) {
    uint8_t seed[32], memory[LIMIT_TICKET_ENVELOPE_MAX];
    char nonce[32], user[80];
    struct signing_key key;
    struct ticket ticket;
    struct buffer envelope = buffer_over(memory, sizeof memory);
    const int64_t now_ms = wall_ms();
    entropy_fill(entropy, seed, sizeof seed);
    sign_key_from_seed(&key, seed);
    nonce_write(entropy, nonce);
    (void)snprintf(user, sizeof user, "user-of-%s", id);
    const struct ticket_draft draft = {
        .peer_id = id, .user_id = user, .nonce = nonce, .issued_at_ms = now_ms, .expires_at_ms = now_ms + life_ms};
    if (!ticket_sign(&ticket, &draft, &key)) return 1;
    ticket_write(&envelope, &ticket);
    return printf("{\"ticket\":%.*s}\n", (int)envelope.size, (const char *)envelope.at) < 0;
}

int main(int argc, char **argv) {
    const struct entropy entropy = entropy_of_system();
    const long count = argc > 1 ? strtol(argv[1], NULL, 10) : 0;
    const long long life_ms = argc > 2 ? strtoll(argv[2], NULL, 10) : 0;
    int failed = !sign_init() || count <= 0 || life_ms <= 0;
    for (long i = 0; i < count && !failed; i++) {
        char id[48];
        (void)snprintf(id, sizeof id, "%.20s-%ld", argc > 3 ? argv[3] : "peer", i);
        failed = body_print(&entropy, id, life_ms);
    }
    if (failed) (void)fputs("usage: ticket_bodies COUNT LIFE_MS [PREFIX]\n", stderr);
    return failed;
}
