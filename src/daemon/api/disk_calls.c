/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/api/disk_calls.h"

#include "base/memory.h"
#include "daemon/api/state.h"

static size_t count_of(const struct api *api, enum disk_call_kind kind) {
    size_t count = 0;
    for (const struct disk_call *call = api->disk_calls; call != NULL; call = call->next) count += call->kind == kind;
    return count;
}

struct disk_call *disk_call_begin(struct api *api, struct http_exchange *exchange, enum disk_call_kind kind) {
    if (count_of(api, kind) == DISK_CALLS_MAX) return NULL;
    struct disk_call *call = memory_zeroed(1, sizeof *call);
    *call = (struct disk_call){.next = api->disk_calls, .api = api, .exchange = exchange, .kind = kind};
    api->disk_calls = call;
    http_set_user(exchange, call);
    return call;
}

struct http_exchange *disk_call_end(struct disk_call *call) {
    struct http_exchange *exchange = call->exchange;
    struct disk_call **place = &call->api->disk_calls;
    while (*place != call) place = &(*place)->next;
    *place = call->next;
    memory_free(call);
    if (exchange != NULL) http_set_user(exchange, NULL);
    return exchange;
}

void disk_calls_gone(struct api *api, const struct http_exchange *exchange) {
    for (struct disk_call *call = api->disk_calls; call != NULL; call = call->next)
        if (call->exchange == exchange) call->exchange = NULL;
}

void disk_calls_forget_all(struct api *api) {
    while (api->disk_calls != NULL) {
        struct disk_call *call = api->disk_calls;
        api->disk_calls = call->next;
        memory_free(call);
    }
}
