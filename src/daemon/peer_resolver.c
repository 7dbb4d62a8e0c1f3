/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/peer_resolver.h"

#include "base/memory.h"

enum { RESOLVE_AGAIN_MS = 60000 };

struct search {
    struct peer_resolver *resolver;
    size_t index;
    struct loop_look_up *under_way; /* NULL: none */
    int64_t next_ms;
};

struct peer_resolver {
    struct peer_resolver_options options;
    struct search searches[]; /* one for each name */
};

struct peer_resolver *peer_resolver_new(const struct peer_resolver_options *options) {
    struct peer_resolver *resolver = memory_zeroed(1, sizeof *resolver + options->count * sizeof(struct search));
    resolver->options = *options;
    for (size_t i = 0; i < options->count; i++) {
        resolver->searches[i].resolver = resolver;
        resolver->searches[i].index = i;
    }
    return resolver;
}

static void resolved(void *context, const struct address *addresses, size_t count) {
    struct search *search = context;
    const struct peer_resolver_options *options = &search->resolver->options;
    search->under_way = NULL;
    search->next_ms = loop_now_ms(options->loop) + RESOLVE_AGAIN_MS;
    if (count > 0) options->resolved(options->context, search->index, addresses, count);
}

void peer_resolver_tick(struct peer_resolver *resolver, int64_t now_ms) {
    for (size_t i = 0; i < resolver->options.count; i++) {
        struct search *search = &resolver->searches[i];
        const struct peer_name *name = &resolver->options.names[i];
        if (search->under_way != NULL || now_ms < search->next_ms) continue;
        search->under_way = loop_resolve(resolver->options.loop, name->host, name->port, resolved, search);
    }
}

void peer_resolver_free(struct peer_resolver *resolver) {
    if (resolver == NULL) return;
    for (size_t i = 0; i < resolver->options.count; i++) loop_look_up_close(resolver->searches[i].under_way);
    memory_free(resolver);
}
