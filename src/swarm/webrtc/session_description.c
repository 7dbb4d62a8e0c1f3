/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/webrtc/session_description.h"

#include <string.h>

#include "base/must.h"
#include "base/number.h"

enum { PORT_DEFAULT = 5000, FINGERPRINT_TEXT_SIZE = 3 * SESSION_FINGERPRINT_SIZE - 1 };

/* What was read so far. An attribute of the session is a default; one of the section stands. */
struct reading {
    struct session_description *description;
    size_t section_count;     /* those of channels */
    bool is_in_other_section; /* audio, video, a second one of channels */
    bool has_setup;
    bool has_fingerprint, has_own_fingerprint; /* of the session or the section; of the section */
};

static bool is_secret(struct span value, size_t size_min) {
    if (value.size < size_min || value.size > SESSION_SECRET_MAX) return false;
    for (size_t i = 0; i < value.size; i++) {
        const uint8_t byte = value.at[i];
        const bool is_letter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
        if (!is_letter && !(byte >= '0' && byte <= '9') && byte != '+' && byte != '/') return false;
    }
    return true;
}

static enum refusal read_secret(struct span value, size_t size_min, char secret[SESSION_SECRET_MAX + 1]) {
    if (!is_secret(value, size_min)) return REFUSAL_SDP_CREDENTIALS;
    memset(secret, 0, SESSION_SECRET_MAX + 1); /* of a longer one, which this one overrides, nothing stays */
    must(span_copy_text(value, secret, SESSION_SECRET_MAX + 1));
    return REFUSAL_NONE;
}

/* A token of RFC 8866: printable, no blank. */
static enum refusal read_mid(struct span value, char mid[SESSION_MID_MAX + 1]) {
    for (size_t i = 0; i < value.size; i++)
        if (value.at[i] <= ' ' || value.at[i] > '~') return REFUSAL_SDP_MID;
    memset(mid, 0, SESSION_MID_MAX + 1);
    return value.size > 0 && span_copy_text(value, mid, SESSION_MID_MAX + 1) ? REFUSAL_NONE : REFUSAL_SDP_MID;
}

static int hex_value(uint8_t byte) {
    if (byte >= '0' && byte <= '9') return byte - '0';
    if (byte >= 'a' && byte <= 'f') return byte - 'a' + 10;
    if (byte >= 'A' && byte <= 'F') return byte - 'A' + 10;
    return -1;
}

static bool read_hash(struct span text, uint8_t hash[SESSION_FINGERPRINT_SIZE]) {
    if (text.size != FINGERPRINT_TEXT_SIZE) return false;
    for (size_t i = 0; i < SESSION_FINGERPRINT_SIZE; i++) {
        const uint8_t *pair = text.at + 3 * i;
        const int high = hex_value(pair[0]), low = hex_value(pair[1]);
        if (high < 0 || low < 0 || (i + 1 < SESSION_FINGERPRINT_SIZE && pair[2] != ':')) return false;
        hash[i] = (uint8_t)(high * 16 + low);
    }
    return true;
}

/* Several may be given, one for each hash that its end can do; we know SHA-256 and pass over the rest. */
static enum refusal read_fingerprint(struct reading *reading, struct span value) {
    struct span rest = value;
    const struct span name = span_take_until(&rest, ' ');
    const bool is_own = reading->section_count > 0;
    if (!span_equal_ignoring_case(name, SPAN_LITERAL("sha-256"))) return REFUSAL_NONE;
    if (reading->has_own_fingerprint || (reading->has_fingerprint && !is_own)) return REFUSAL_SDP_FINGERPRINT;
    if (!read_hash(span_trimmed(rest), reading->description->fingerprint)) return REFUSAL_SDP_FINGERPRINT;
    reading->has_fingerprint = true;
    reading->has_own_fingerprint = is_own;
    return REFUSAL_NONE;
}

static enum refusal read_setup(struct reading *reading, struct span value) {
    static const char *const setups[] = {"actpass", "active", "passive"};
    for (size_t i = 0; i < sizeof setups / sizeof setups[0]; i++) {
        if (!span_equal_text(value, setups[i])) continue;
        reading->description->setup = (enum session_setup)i;
        reading->has_setup = true;
        return REFUSAL_NONE;
    }
    return REFUSAL_SDP_SETUP;
}

static enum refusal read_port(struct session_description *description, struct span value) {
    uint32_t port;
    if (!number_read_u32(value, UINT16_MAX, &port) || port == 0) return REFUSAL_SDP_NUMBER;
    description->sctp_port = (uint16_t)port;
    return REFUSAL_NONE;
}

static enum refusal read_message_size(struct session_description *description, struct span value) {
    int64_t size;
    if (!number_read_i64(value, &size) || size < 0) return REFUSAL_SDP_NUMBER;
    description->message_size_max = size == 0 || size > UINT32_MAX ? UINT32_MAX : (uint32_t)size;
    return REFUSAL_NONE;
}

/* A candidate that we do not understand is one way less, no reason to give the other up. */
static void read_candidate(struct session_description *description, struct span line) {
    struct ice_candidate *candidate = &description->candidates[description->candidate_count];
    if (description->candidate_count == SESSION_CANDIDATES_MAX) return;
    if (ice_candidate_read(line, candidate) == REFUSAL_NONE && ice_candidate_is_usable(candidate))
        description->candidate_count++;
    else
        *candidate = (struct ice_candidate){0};
}

static enum refusal read_attribute(struct reading *reading, struct span attribute) {
    struct session_description *description = reading->description;
    struct span value = attribute;
    const struct span name = span_take_until(&value, ':');
    if (span_equal_text(name, "ice-ufrag")) return read_secret(value, SESSION_UFRAG_MIN, description->ufrag);
    if (span_equal_text(name, "ice-pwd")) return read_secret(value, SESSION_PASSWORD_MIN, description->password);
    if (span_equal_text(name, "fingerprint")) return read_fingerprint(reading, value);
    if (span_equal_text(name, "setup")) return read_setup(reading, value);
    if (reading->section_count == 0) return REFUSAL_NONE;
    if (span_equal_text(name, "mid")) return read_mid(value, description->mid);
    if (span_equal_text(name, "sctp-port")) return read_port(description, value);
    if (span_equal_text(name, "max-message-size")) return read_message_size(description, value);
    if (span_equal_text(name, "candidate")) read_candidate(description, attribute);
    return REFUSAL_NONE;
}

/* "application 9 UDP/DTLS/SCTP webrtc-datachannel"; port 0 means that the section was refused. */
static enum refusal read_section(struct reading *reading, struct span value) {
    struct span rest = value;
    const bool is_application = span_equal_text(span_take_until(&rest, ' '), "application");
    const struct span port = span_take_until(&rest, ' '), protocol = span_take_until(&rest, ' ');
    uint32_t number;
    reading->is_in_other_section = !is_application || reading->section_count > 0;
    if (reading->is_in_other_section) return REFUSAL_NONE;
    reading->section_count++;
    const bool is_dtls = span_equal_text(protocol, "UDP/DTLS/SCTP") || span_equal_text(protocol, "TCP/DTLS/SCTP");
    if (!is_dtls || !span_equal_text(rest, "webrtc-datachannel")) return REFUSAL_SDP_NO_CHANNELS;
    return number_read_u32(port, UINT16_MAX, &number) && number > 0 ? REFUSAL_NONE : REFUSAL_SDP_NO_CHANNELS;
}

static enum refusal read_line(struct reading *reading, struct span line) {
    if (line.size < 2 || line.at[1] != '=') return REFUSAL_SDP_SYNTAX;
    for (size_t i = 0; i < line.size; i++)
        if (line.at[i] < ' ' && line.at[i] != '\t') return REFUSAL_SDP_SYNTAX;
    const struct span value = {line.at + 2, line.size - 2};
    if (line.at[0] == 'm') return read_section(reading, value);
    if (line.at[0] == 'a' && !reading->is_in_other_section) return read_attribute(reading, value);
    return REFUSAL_NONE;
}

static enum refusal judge(const struct reading *reading) {
    const struct session_description *description = reading->description;
    if (reading->section_count == 0) return REFUSAL_SDP_NO_CHANNELS;
    if (description->ufrag[0] == '\0' || description->password[0] == '\0') return REFUSAL_SDP_CREDENTIALS;
    if (!reading->has_fingerprint) return REFUSAL_SDP_FINGERPRINT;
    return reading->has_setup ? REFUSAL_NONE : REFUSAL_SDP_SETUP;
}

enum refusal session_description_read(struct span text, struct session_description *description) {
    struct reading reading = {.description = description};
    bool is_first = true;
    memset(description, 0, sizeof *description);
    description->sctp_port = PORT_DEFAULT;
    description->message_size_max = SESSION_MESSAGE_SIZE_DEFAULT;
    if (text.size > SESSION_SIZE_MAX) return REFUSAL_SDP_SIZE;
    while (text.size > 0) {
        struct span line = span_take_until(&text, '\n');
        if (line.size > 0 && line.at[line.size - 1] == '\r') line.size--;
        if (is_first && !span_equal_text(line, "v=0")) return REFUSAL_SDP_SYNTAX;
        is_first = false;
        const enum refusal refusal = read_line(&reading, line);
        if (refusal != REFUSAL_NONE) return refusal;
    }
    return is_first ? REFUSAL_SDP_SYNTAX : judge(&reading);
}

static void put_line(struct buffer *out, const char *name, const char *value) {
    buffer_put_text(out, name);
    buffer_put_text(out, value);
    buffer_put_text(out, "\r\n");
}

static void put_number(struct buffer *out, const char *name, uint64_t value) {
    buffer_put_text(out, name);
    buffer_put_decimal(out, (int64_t)value);
    buffer_put_text(out, "\r\n");
}

static void put_origin(struct buffer *out, uint64_t session_id, uint64_t version) {
    buffer_put_text(out, "v=0\r\no=- ");
    buffer_put_decimal(out, (int64_t)(session_id & INT64_MAX));
    buffer_put_text(out, " ");
    buffer_put_decimal(out, (int64_t)(version & INT64_MAX));
    buffer_put_text(out, " IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n");
}

static void put_fingerprint(struct buffer *out, const uint8_t hash[SESSION_FINGERPRINT_SIZE]) {
    static const char digits[] = "0123456789ABCDEF";
    buffer_put_text(out, "a=fingerprint:sha-256 ");
    for (size_t i = 0; i < SESSION_FINGERPRINT_SIZE; i++) {
        if (i > 0) buffer_put_u8(out, ':');
        buffer_put_u8(out, (uint8_t)digits[hash[i] >> 4]);
        buffer_put_u8(out, (uint8_t)digits[hash[i] & 15]);
    }
    buffer_put_text(out, "\r\n");
}

void session_description_write(const struct session_description *description, uint64_t session_id, uint64_t version,
                               struct buffer *out) {
    static const char *const setups[] = {"actpass", "active", "passive"};
    const bool has_mid = description->mid[0] != '\0';
    char candidate[ICE_CANDIDATE_TEXT_MAX];
    put_origin(out, session_id, version);
    if (has_mid) put_line(out, "a=group:BUNDLE ", description->mid);
    put_line(out, "a=msid-semantic: WMS", "");
    put_line(out, "m=application 9 UDP/DTLS/SCTP webrtc-datachannel", "");
    put_line(out, "c=IN IP4 0.0.0.0", "");
    put_line(out, "a=ice-ufrag:", description->ufrag);
    put_line(out, "a=ice-pwd:", description->password);
    put_line(out, "a=ice-options:trickle", "");
    put_fingerprint(out, description->fingerprint);
    put_line(out, "a=setup:", setups[description->setup]);
    if (has_mid) put_line(out, "a=mid:", description->mid);
    put_number(out, "a=sctp-port:", description->sctp_port);
    put_number(out,
               "a=max-message-size:", description->message_size_max == UINT32_MAX ? 0 : description->message_size_max);
    for (size_t i = 0; i < description->candidate_count; i++) {
        ice_candidate_write(&description->candidates[i], candidate);
        put_line(out, "a=", candidate);
    }
}
