/* SPDX-License-Identifier: Apache-2.0 */
#include <netdb.h>
#include <string.h>

#include "base/address.h"
#include "base/memory.h"
#include "daemon/loop/socket_address.h"
#include "daemon/loop/state.h"

/* A name with more addresses than this is served well enough by the first. */
enum { ADDRESSES_MAX = 16 };

struct loop_look_up {
    uv_getaddrinfo_t uv;
    struct loop *loop;
    uint16_t port;
    bool is_closed;
    void (*resolved)(void *context, const struct address *addresses, size_t count);
    void *context;
};

static void look_up_tell(struct loop_look_up *look_up, const struct address *addresses, size_t count) {
    if (!look_up->is_closed && !look_up->loop->is_ending) look_up->resolved(look_up->context, addresses, count);
    memory_free(look_up);
}

static void look_up_done(uv_getaddrinfo_t *request, int status, struct addrinfo *found) {
    struct loop_look_up *look_up = request->data;
    struct address addresses[ADDRESSES_MAX];
    size_t count = 0;
    if (status == 0) {
        for (const struct addrinfo *info = found; info && count < ADDRESSES_MAX; info = info->ai_next)
            if (socket_address_from(info->ai_addr, &addresses[count])) addresses[count++].port = look_up->port;
    }
    uv_freeaddrinfo(found);
    look_up_tell(look_up, addresses, count);
}

static void look_up_nothing(void *context) {
    (void)context;
}

static void look_up_failed(void *context) {
    look_up_tell(context, NULL, 0);
}

struct loop_look_up *loop_resolve(struct loop *loop, const char *host, uint16_t port,
                                  void (*resolved)(void *context, const struct address *addresses, size_t count),
                                  void *context) {
    struct loop_look_up *look_up = memory_zeroed(1, sizeof *look_up);
    *look_up = (struct loop_look_up){.loop = loop, .port = port, .resolved = resolved, .context = context};
    look_up->uv.data = look_up;
    /* One answer for each address, not one for each kind of socket. */
    const struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    if (uv_getaddrinfo(&loop->uv, &look_up->uv, look_up_done, host, NULL, &hints) == 0) return look_up;
    /* A name that cannot be one. The answer still comes later, never from within this call. */
    loop_work(loop, look_up_nothing, look_up_failed, look_up);
    return look_up;
}

/* The answer may be under way on a pool thread; it is dropped when it comes. */
void loop_look_up_close(struct loop_look_up *look_up) {
    if (look_up != NULL) look_up->is_closed = true;
}
