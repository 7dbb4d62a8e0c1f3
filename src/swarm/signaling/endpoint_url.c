/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/signaling/endpoint_url.h"

#include <string.h>

#include "base/number.h"

static const struct scheme {
    struct span text;
    bool is_secure;
} schemes[] = {{SPAN_LITERAL("ws://"), false},
               {SPAN_LITERAL("wss://"), true},
               {SPAN_LITERAL("http://"), false},
               {SPAN_LITERAL("https://"), true}};

struct parts {
    bool is_secure;
    struct span host; /* with its brackets */
    struct span port; /* empty: the usual one */
    struct span path; /* with its first slash; empty: none */
};

static struct span span_from(struct span text, size_t start) {
    return (struct span){text.at + start, text.size - start};
}

static const struct scheme *scheme_of(struct span url) {
    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++)
        if (url.size > schemes[i].text.size &&
            span_equal_ignoring_case((struct span){url.at, schemes[i].text.size}, schemes[i].text))
            return &schemes[i];
    return NULL;
}

static bool has_only(struct span text, const char *marks) {
    for (size_t i = 0; i < text.size; i++) {
        const char c = (char)text.at[i];
        const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!is_plain && (c == '\0' || strchr(marks, c) == NULL)) return false;
    }
    return true;
}

/* The host ends at its port, or, an IPv6 address, at its bracket. */
static bool place_split(struct span place, struct parts *parts) {
    size_t end = 0;
    const bool is_bracketed = place.size > 0 && place.at[0] == '[';
    while (end < place.size && place.at[end] != (is_bracketed ? ']' : ':')) end++;
    if (is_bracketed && end++ == place.size) return false;
    parts->host = (struct span){place.at, end};
    const struct span rest = span_from(place, end);
    if (rest.size > 0 && rest.at[0] != ':') return false;
    parts->port = rest.size == 0 ? SPAN_NONE : span_from(rest, 1);
    return has_only(parts->host, is_bracketed ? "[]:." : ".-_") && parts->host.size > (is_bracketed ? 2U : 0U) &&
           (rest.size == 0 || parts->port.size > 0);
}

static bool split(struct span url, struct parts *parts) {
    const struct scheme *scheme = scheme_of(url);
    uint32_t port = 1;
    if (scheme == NULL) return false;
    const struct span rest = span_from(url, scheme->text.size);
    size_t end = 0;
    while (end < rest.size && rest.at[end] != '/') end++;
    *parts = (struct parts){.is_secure = scheme->is_secure, .path = span_from(rest, end)};
    if (!place_split((struct span){rest.at, end}, parts)) return false;
    if (parts->port.size > 0 && (!number_read_u32(parts->port, UINT16_MAX, &port) || port == 0)) return false;
    return parts->host.size <= ENDPOINT_HOST_MAX && has_only(parts->path, "/-._~!$&'()*+,;=:@%");
}

bool endpoint_url_is_valid(struct span url) {
    struct parts parts;
    return split(url, &parts);
}

void endpoint_url_host(struct span url, char host[ENDPOINT_HOST_MAX + 1]) {
    struct parts parts = {0};
    const bool is_valid = split(url, &parts);
    const bool is_bracketed = is_valid && parts.host.at[0] == '[';
    size_t size = 0;
    for (size_t i = is_bracketed; i + is_bracketed < parts.host.size; i++) {
        const char c = (char)parts.host.at[i];
        host[size++] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    host[size] = '\0';
}

static void put_escaped(struct buffer *out, struct span text) {
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < text.size; i++) {
        const struct span one = {text.at + i, 1};
        if (has_only(one, "-._~")) {
            buffer_put(out, one);
            continue;
        }
        buffer_put_u8(out, '%');
        buffer_put_u8(out, (uint8_t)digits[text.at[i] >> 4]);
        buffer_put_u8(out, (uint8_t)digits[text.at[i] & 15]);
    }
}

void endpoint_url_write_socket(struct buffer *out, struct span url, struct span id, struct span token) {
    struct parts parts = {0};
    if (!split(url, &parts)) return;
    buffer_put_text(out, parts.is_secure ? "wss://" : "ws://");
    buffer_put(out, parts.host);
    if (parts.port.size > 0) buffer_put_u8(out, ':');
    buffer_put(out, parts.port);
    buffer_put(out, parts.path);
    if (parts.path.size == 0 || parts.path.at[parts.path.size - 1] != '/') buffer_put_u8(out, '/');
    buffer_put_text(out, "peerjs?key=peerjs&id=");
    put_escaped(out, id);
    buffer_put_text(out, "&token=");
    put_escaped(out, token);
    buffer_put_text(out, "&version=1.5.5"); /* of the client library that PeerServer knows */
}
