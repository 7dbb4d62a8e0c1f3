/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/verify_cache.h"

#include "base/map.h"
#include "base/memory.h"
#include "crypto/hash.h"

enum { CACHED_MAX = 65536, TEXT_MAX = 4096 };

struct verify_cache {
    struct map *held; /* hash of key, signature and message */
};

struct verify_cache *verify_cache_new(uint64_t seed) {
    struct verify_cache *cache = memory_try_zeroed(1, sizeof *cache);
    if (cache == NULL) return NULL;
    cache->held = map_new(CACHED_MAX, sizeof(struct sha256), seed);
    if (cache->held != NULL) return cache;
    verify_cache_free(cache);
    return NULL;
}

void verify_cache_free(struct verify_cache *cache) {
    if (cache == NULL) return;
    map_free(cache->held);
    memory_free(cache);
}

static void remember(struct verify_cache *cache, const struct sha256 *name) {
    if (map_count(cache->held) == CACHED_MAX) map_clear(cache->held);
    (void)map_put(cache->held, name->bytes, 1);
}

static bool verify(void *context, const struct public_key *key, struct span message,
                   const struct signature *signature) {
    struct verify_cache *cache = context;
    uint8_t memory[TEXT_MAX];
    struct buffer text = buffer_over(memory, sizeof memory);
    buffer_put(&text, (struct span){key->bytes, sizeof key->bytes});
    buffer_put(&text, (struct span){signature->bytes, sizeof signature->bytes});
    buffer_put(&text, message);
    if (text.overflowed) return sign_verify(key, message, signature);
    struct sha256 name = hash_sha256(buffer_span(&text));
    if (map_find(cache->held, name.bytes, NULL)) return true;
    if (!sign_verify(key, message, signature)) return false;
    remember(cache, &name);
    return true;
}

struct verifier verify_cache_verifier(struct verify_cache *cache) {
    return (struct verifier){.verify = verify, .context = cache};
}
