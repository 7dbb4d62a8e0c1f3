/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/wire/data.h"

enum refusal data_check(struct span body, const struct verifier *verifier, struct arena *arena, const void **checked) {
    (void)verifier;
    if (body.size <= DATA_HEAD_SIZE || body.size > DATA_HEAD_SIZE + DATA_BYTES_MAX) return REFUSAL_BODY_SIZE;
    struct data *data = arena_take(arena, sizeof *data);
    if (data == NULL) return REFUSAL_NO_ROOM;
    data->req = bytes_read_u32(body.at);
    data->offset = bytes_read_u32(body.at + 4);
    data->total = bytes_read_u32(body.at + 8);
    data->bytes = (struct span){body.at + DATA_HEAD_SIZE, body.size - DATA_HEAD_SIZE};
    if (data->offset > data->total || data->bytes.size > data->total - data->offset) return REFUSAL_BODY_SIZE;
    *checked = data;
    return REFUSAL_NONE;
}

void data_build(struct buffer *out, const struct data *data) {
    buffer_put_u32(out, data->req);
    buffer_put_u32(out, data->offset);
    buffer_put_u32(out, data->total);
    buffer_put(out, data->bytes);
}
