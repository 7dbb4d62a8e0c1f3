/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/websocket/upgrade_answer.h"

#include <stdio.h>
#include <string.h>

enum { STATUS_LINE_SIZE_MIN = sizeof "HTTP/1.1 101" - 1, SWITCHING = 101 };

/* What the lines of a head say of the upgrade. */
struct answer {
    struct span upgrade, proof;
    bool has_connection, has_extension, has_protocol;
    unsigned proofs;
};

size_t upgrade_answer_size(struct span bytes) {
    const uint8_t *end = bytes.size < 4 ? NULL : memmem(bytes.at, bytes.size, "\r\n\r\n", 4);
    return end == NULL ? 0 : (size_t)(end - bytes.at) + 4;
}

static struct span take_line(struct span *rest) {
    struct span line = span_take_until(rest, '\n');
    if (line.size > 0 && line.at[line.size - 1] == '\r') line.size--;
    return line;
}

/* 0: it is no HTTP/1.1. */
static int status_of(struct span line) {
    int status = 0;
    if (line.size < STATUS_LINE_SIZE_MIN || !span_starts_with(line, SPAN_LITERAL("HTTP/1.1 "))) return 0;
    for (size_t i = STATUS_LINE_SIZE_MIN - 3; i < STATUS_LINE_SIZE_MIN; i++) {
        if (line.at[i] < '0' || line.at[i] > '9') return 0;
        status = status * 10 + (line.at[i] - '0');
    }
    return line.size == STATUS_LINE_SIZE_MIN || line.at[STATUS_LINE_SIZE_MIN] == ' ' ? status : 0;
}

static bool list_has(struct span list, struct span wanted) {
    while (list.size > 0)
        if (span_equal_ignoring_case(span_trimmed(span_take_until(&list, ',')), wanted)) return true;
    return false;
}

static void read_line(struct span line, struct answer *answer) {
    const struct span name = span_take_until(&line, ':'), value = span_trimmed(line);
    if (span_equal_ignoring_case(name, SPAN_LITERAL("Upgrade"))) answer->upgrade = value;
    if (span_equal_ignoring_case(name, SPAN_LITERAL("Connection")))
        answer->has_connection = answer->has_connection || list_has(value, SPAN_LITERAL("upgrade"));
    if (span_equal_ignoring_case(name, SPAN_LITERAL("Sec-WebSocket-Extensions"))) answer->has_extension = true;
    if (span_equal_ignoring_case(name, SPAN_LITERAL("Sec-WebSocket-Protocol"))) answer->has_protocol = true;
    if (!span_equal_ignoring_case(name, SPAN_LITERAL("Sec-WebSocket-Accept"))) return;
    answer->proof = value;
    answer->proofs++;
}

/* NULL: nothing. */
static const char *mistake_of(const struct answer *answer, const struct web_socket_key *key) {
    const struct web_socket_proof proof = web_socket_key_prove(span_of_text(key->text));
    if (!span_equal_ignoring_case(answer->upgrade, SPAN_LITERAL("websocket")) || !answer->has_connection)
        return "it answered 101 to something else than WebSocket";
    if (answer->proofs != 1 || !span_equal_text(answer->proof, proof.text))
        return "its answer is not to our key; something between us may keep answers";
    if (answer->has_extension) return "it wants an extension that we did not ask for";
    if (answer->has_protocol) return "it wants a subprotocol that we did not ask for";
    return NULL;
}

bool upgrade_answer_accepts(struct span head, const struct web_socket_key *key, char why[UPGRADE_ANSWER_WHY_SIZE]) {
    struct answer answer = {0};
    const int status = status_of(take_line(&head));
    const char *mistake = status == 0 ? "its answer is no HTTP/1.1" : NULL;
    if (mistake == NULL && status != SWITCHING) {
        (void)snprintf(why, UPGRADE_ANSWER_WHY_SIZE, "it answered %d instead of opening a WebSocket", status);
        return false;
    }
    while (head.size > 0) read_line(take_line(&head), &answer);
    if (mistake == NULL) mistake = mistake_of(&answer, key);
    (void)snprintf(why, UPGRADE_ANSWER_WHY_SIZE, "%s", mistake == NULL ? "" : mistake);
    return mistake == NULL;
}
