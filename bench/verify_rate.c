/* SPDX-License-Identifier: Apache-2.0 */
/* How many Ed25519 signatures of a ticket's length one core of this machine verifies in a second, by the library that
 * the beacon uses: the limit of what any beacon can take in.
 *
 *     verify_rate SECONDS */
#include "crypto/sign.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { MESSAGE_SIZE = 200, AT_ONCE = 16 };

static double now_s(void) {
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

int main(int argc, char **argv) {
    const double seconds = argc > 1 ? strtod(argv[1], NULL) : 1;
    const uint8_t seed[32] = {7};
    const uint8_t message[MESSAGE_SIZE] = {1};
    const struct span text = {message, sizeof message};
    struct signing_key key;
    size_t count = 0;
    double passed_s = 0;
    if (!sign_init()) return 1;
    sign_key_from_seed(&key, seed);
    const struct public_key public_key = sign_public_key(&key);
    const struct signature signature = sign_message(&key, text);
    for (const double began_s = now_s(); passed_s < seconds; passed_s = now_s() - began_s) {
        for (int i = 0; i < AT_ONCE; i++)
            if (!sign_verify(&public_key, text, &signature)) return 1;
        count += AT_ONCE;
    }
    (void)printf("%.0f\n", (double)count / passed_s);
    return 0;
}
