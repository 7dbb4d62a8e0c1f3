/* SPDX-License-Identifier: Apache-2.0 */
/* A chunked body from anybody: however it is cut on its way, it is the same data and the same end. */
#include "fuzz_target.h"

#include <string.h>

#include "base/must.h"
#include "daemon/http/http_chunks.h"

enum { BODY_MAX = 16384 };

struct body {
    struct http_chunks chunks;
    size_t size;
    uint8_t bytes[BODY_MAX];
};
static struct body whole, cut;

static void take_all(struct body *body, struct span rest) {
    while (rest.size > 0 && body->chunks.state < HTTP_CHUNKS_DONE) {
        struct span piece = http_chunks_take(&body->chunks, &rest);
        must_le(body->size + piece.size, BODY_MAX);
        memcpy(body->bytes + body->size, piece.at == NULL ? body->bytes : piece.at, piece.size);
        body->size += piece.size;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size > BODY_MAX) return 0;
    whole.chunks = cut.chunks = (struct http_chunks){0};
    whole.size = cut.size = 0;
    take_all(&whole, (struct span){data, size});
    for (size_t i = 0; i < size; i++) take_all(&cut, (struct span){data + i, 1});
    must(whole.chunks.state == cut.chunks.state);
    must(whole.chunks.state == HTTP_CHUNKS_DAMAGED || whole.size == cut.size);
    if (whole.size == cut.size) must(memcmp(whole.bytes, cut.bytes, whole.size) == 0);
    return 0;
}
