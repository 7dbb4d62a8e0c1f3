/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/link/webrtc/rtc_note.h"

#include <string.h>

#include "base/memory.h"

struct rtc_note *rtc_note_room(enum rtc_note_kind kind, uint32_t peer, size_t size) {
    struct rtc_note *note = memory_try_room(sizeof *note + size);
    if (!note) return NULL;
    *note = (struct rtc_note){.kind = kind, .peer = peer, .size = size};
    return note;
}

struct rtc_note *rtc_note_new(enum rtc_note_kind kind, uint32_t peer, struct span body) {
    struct rtc_note *note = memory_room(sizeof *note + body.size);
    *note = (struct rtc_note){.kind = kind, .peer = peer, .size = body.size};
    if (body.size > 0) memcpy(note->body, body.at, body.size);
    return note;
}

void rtc_note_free(struct rtc_note *note) {
    memory_free(note);
}

void rtc_note_free_all(struct rtc_note *first) {
    while (first) {
        struct rtc_note *next = first->next;
        rtc_note_free(first);
        first = next;
    }
}

struct span rtc_note_body(const struct rtc_note *note) {
    return (struct span){note->body, note->size};
}
