/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/doctor/stun_call.h"

#include <poll.h>
#include <string.h>

#include "crypto/entropy.h"
#include "daemon/loop/clock.h"
#include "daemon/loop/socket_address.h"

enum { FIRST_WAIT_MS = 300 };

static int64_t now_ms(void) {
    return clock_monotonic_us() / 1000;
}

/* The next datagram of that server that answers this question; false: none within the time. */
static bool hear(struct stun_call *call, int64_t until_ms) {
    for (int64_t left_ms; (left_ms = until_ms - now_ms()) > 0;) {
        union socket_address native;
        struct address from;
        socklen_t size = sizeof native;
        struct pollfd ready = {.fd = call->fd, .events = POLLIN};
        if (poll(&ready, 1, (int)left_ms) != 1) continue;
        const ssize_t count = recvfrom(call->fd, call->room, sizeof call->room, MSG_DONTWAIT, &native.any, &size);
        if (count < 0 || !socket_address_from(&native.any, &from) || !address_equal(&from, &call->to)) continue;
        const struct span datagram = {call->room, (size_t)count};
        if (stun_answer_read(datagram, &call->request, &call->answer) == REFUSAL_NONE) return true;
    }
    return false;
}

bool stun_call_make(struct stun_call *call) {
    const struct entropy entropy = entropy_of_system();
    uint8_t memory[STUN_MESSAGE_MAX];
    struct buffer out = buffer_over(memory, sizeof memory);
    union socket_address native;
    const socklen_t size = socket_address_of(&call->to, &native);
    const int64_t began_ms = now_ms();
    entropy_fill(&entropy, call->request.transaction, sizeof call->request.transaction);
    stun_request_write(&call->request, &out);
    if (out.overflowed) return false;
    for (int64_t wait_ms = FIRST_WAIT_MS; now_ms() - began_ms < STUN_CALL_WAIT_MS; wait_ms *= 2) {
        const int64_t next_ms = now_ms() + wait_ms, end_ms = began_ms + STUN_CALL_WAIT_MS;
        (void)!sendto(call->fd, out.at, out.size, 0, &native.any, size); /* a network that is not there yet may come */
        if (!hear(call, next_ms < end_ms ? next_ms : end_ms)) continue;
        call->elapsed_ms = now_ms() - began_ms;
        return true;
    }
    return false;
}

static struct span keep(struct stun_call *call, struct span text, size_t at) {
    memcpy(call->kept + at, text.at, text.size); /* both are parts of one message of that size */
    return (struct span){call->kept + at, text.size};
}

static bool wants_user(const struct stun_answer *answer) {
    const bool is_asking = answer->code == STUN_UNAUTHORIZED || answer->code == STUN_STALE_NONCE;
    return answer->is_error && is_asking && answer->realm.size > 0 && answer->nonce.size > 0;
}

bool stun_call_authenticate(struct stun_call *call, struct span user, struct span password) {
    if (!stun_call_make(call)) return false;
    if (!wants_user(&call->answer)) return true;
    call->request.realm = keep(call, call->answer.realm, 0);
    call->request.nonce = keep(call, call->answer.nonce, call->request.realm.size);
    call->request.user = user;
    if (!stun_key_derive(user, call->request.realm, password, call->key)) return false;
    call->request.key = call->key;
    return stun_call_make(call);
}
