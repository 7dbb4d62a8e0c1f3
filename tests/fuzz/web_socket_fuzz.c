/* SPDX-License-Identifier: Apache-2.0 */
/* What arrives on a connection after the upgrade, from anybody, at either end of ours (the first byte says which):
 * however it is cut, the same messages are told and the same is answered; a text is UTF-8, and nothing is over its
 * limit. */
#include "fuzz_target.h"

#include <stdio.h>
#include <string.h>

#include "base/encoding.h"
#include "base/must.h"
#include "daemon/websocket/state.h"

enum { MESSAGE_MAX = 10000 };

/* What one way of cutting it led to. */
struct story {
    struct web_socket *socket;
    uint64_t messages; /* all of them, mixed */
    size_t message_count;
    size_t written;
    int code; /* 0: it has not ended */
    bool is_released;
};

static void mix(uint64_t *all, struct span bytes) {
    for (size_t i = 0; i < bytes.size; i++) *all = (*all ^ bytes.at[i]) * UINT64_C(0x100000001b3);
    *all = (*all ^ bytes.size) * UINT64_C(0x100000001b3);
}

static void message(void *context, struct web_socket *socket, enum web_socket_kind kind, struct span bytes) {
    struct story *story = context;
    must(story->code == 0);
    must_le(bytes.size, MESSAGE_MAX);
    must(kind == WEB_SOCKET_BINARY || utf8_is_valid(bytes));
    story->message_count++;
    mix(&story->messages, bytes);
    must(web_socket_send(socket, kind, bytes));
}

static void closed(void *context, struct web_socket *socket, int code, const char *why) {
    struct story *story = context;
    must(socket == story->socket && story->code == 0);
    must(code >= 1000 && code <= 4999 && why[0] != '\0');
    story->code = code;
}

static bool has_room(void *carried, size_t size) {
    (void)carried;
    (void)size;
    return true;
}

static void write_bytes(void *carried, struct span bytes) {
    struct story *story = carried;
    must(!story->is_released);
    story->written += bytes.size;
}

static size_t waiting(const void *carried) {
    (void)carried;
    return 0;
}

static void released(void *carried) {
    struct story *story = carried;
    must(!story->is_released);
    story->is_released = true;
}

static const struct web_socket_carrier carrier = {has_room, write_bytes, waiting, released, released};

static void story_tell(struct story *story, bool is_dialled, struct span bytes, size_t step) {
    const struct web_socket_options options = {.message_bytes_max = MESSAGE_MAX,
                                               .waiting_bytes_max = SIZE_MAX / 2,
                                               .callbacks = {.message = message, .closed = closed},
                                               .context = story};
    *story = (struct story){.socket = web_socket_new(NULL, &options, &carrier)};
    must(story->socket != NULL);
    story->socket->carried = story;
    story->socket->state = WEB_SOCKET_STATE_OPEN;
    story->socket->is_dialled = is_dialled;
    for (size_t at = 0; at < bytes.size && story->code == 0; at += step) {
        const size_t size = bytes.size - at < step ? bytes.size - at : step;
        web_socket_receive(story->socket, (struct span){bytes.at + at, size});
    }
    must((story->code != 0) == story->is_released);
    if (story->code == 0) web_socket_drop(story->socket);
    must(story->is_released);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const size_t steps[] = {1, 7, 4096};
    struct story whole, cut;
    if (size < 2) return 0;
    const struct span bytes = {data + 1, size - 1};
    story_tell(&whole, (data[0] & 1) != 0, bytes, bytes.size);
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        story_tell(&cut, (data[0] & 1) != 0, bytes, steps[i]);
        must(whole.code == cut.code && whole.written == cut.written);
        must(whole.message_count == cut.message_count && whole.messages == cut.messages);
    }
    return 0;
}
