/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/name_resolver.h"

#include "base/memory.h"

enum { RESOLVE_AGAIN_MS = 60000, RESOLVE_RETRY_MS = 5000 };

struct search {
    struct name_resolver *resolver;
    size_t index;
    struct place_name name;
    struct loop_look_up *under_way; /* NULL: none */
    int64_t next_ms;
    bool is_due_again; /* as soon as the one under way has ended: it began in another network */
};

struct name_resolver {
    struct name_resolver_options options;
    struct search searches[]; /* one for each name */
};

struct name_resolver *name_resolver_new(const struct name_resolver_options *options) {
    struct name_resolver *resolver = memory_zeroed(1, sizeof *resolver + options->count * sizeof(struct search));
    resolver->options = *options;
    resolver->options.names = NULL; /* they were borrowed for this */
    for (size_t i = 0; i < options->count; i++) {
        resolver->searches[i].resolver = resolver;
        resolver->searches[i].index = i;
        resolver->searches[i].name = options->names[i];
    }
    return resolver;
}

static void resolved(void *context, const struct address *addresses, size_t count) {
    struct search *search = context;
    const struct name_resolver_options *options = &search->resolver->options;
    search->under_way = NULL;
    const int64_t wait_ms = search->is_due_again ? 0 : count > 0 ? RESOLVE_AGAIN_MS : RESOLVE_RETRY_MS;
    search->next_ms = loop_now_ms(options->loop) + wait_ms;
    search->is_due_again = false;
    if (count > 0) options->resolved(options->context, search->index, addresses, count);
}

void name_resolver_tick(struct name_resolver *resolver, int64_t now_ms) {
    for (size_t i = 0; i < resolver->options.count; i++) {
        struct search *search = &resolver->searches[i];
        if (search->under_way != NULL || now_ms < search->next_ms) continue;
        search->under_way =
            loop_resolve(resolver->options.loop, search->name.host, search->name.port, resolved, search);
    }
}

void name_resolver_again(struct name_resolver *resolver) {
    for (size_t i = 0; i < resolver->options.count; i++) {
        resolver->searches[i].next_ms = 0;
        resolver->searches[i].is_due_again = resolver->searches[i].under_way != NULL;
    }
}

void name_resolver_free(struct name_resolver *resolver) {
    if (resolver == NULL) return;
    for (size_t i = 0; i < resolver->options.count; i++) loop_look_up_close(resolver->searches[i].under_way);
    memory_free(resolver);
}
