/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/rendezvous/request.h"

#include "base/json_writer.h"

#include <string.h>

static bool stands_for_itself(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != '\0' && strchr("*-._", c) != NULL);
}

static void put_form_text(struct buffer *out, const char *text) {
    for (; *text != '\0'; text++) {
        if (stands_for_itself(*text) || *text == ' ') {
            buffer_put_u8(out, *text == ' ' ? (uint8_t)'+' : (uint8_t)*text);
        } else {
            static const char digits[] = "0123456789ABCDEF";
            const uint8_t byte = (uint8_t)*text;
            buffer_put_u8(out, '%');
            buffer_put_u8(out, (uint8_t)digits[byte >> 4]);
            buffer_put_u8(out, (uint8_t)digits[byte & 15]);
        }
    }
}

void beacon_request_write_url(struct buffer *out, const char *base, const char *community, bool is_announce) {
    size_t size = strlen(base);
    while (size > 0 && base[size - 1] == '/') size--;
    buffer_put(out, (struct span){(const uint8_t *)base, size});
    buffer_put_text(out, is_announce ? "/announce?community=" : "/peers?community=");
    put_form_text(out, community);
}

void beacon_request_write_announce(struct buffer *out, const struct ticket *ticket, const char *community) {
    uint8_t memory[LIMIT_TICKET_ENVELOPE_MAX];
    struct buffer envelope = buffer_over(memory, sizeof memory);
    ticket_write(&envelope, ticket);
    struct json_writer w = json_writer_into(out);
    json_open_object(&w, NULL);
    json_put_raw(&w, "ticket", buffer_span(&envelope));
    json_put_text(&w, "community", community);
    json_close_object(&w);
}
