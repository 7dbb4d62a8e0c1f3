/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/signaling/signal_complaint.h"

#include "base/json_reader.h"

static void text_take(struct span token, char text[SIGNAL_COMPLAINT_MAX + 1]) {
    size_t size = 0;
    for (size_t i = 0; i < token.size && size < SIGNAL_COMPLAINT_MAX; i++)
        if (token.at[i] >= ' ' && token.at[i] < 0x7f) text[size++] = (char)token.at[i];
    text[size] = '\0';
}

/* The member of the outermost object alone. */
void signal_complaint_read(struct span payload, char text[SIGNAL_COMPLAINT_MAX + 1]) {
    struct json_reader r = json_reader_over(payload, JSON_CANON);
    enum json_token token = json_reader_next(&r);
    bool is_msg = false;
    text[0] = '\0';
    while (token != JSON_TOKEN_FAULT && token != JSON_TOKEN_END) {
        if (is_msg && token == JSON_TOKEN_STRING) {
            text_take(r.token, text);
            return;
        }
        is_msg = token == JSON_TOKEN_NAME && r.depth == 1 && span_equal_text(r.token, "msg");
        token = json_reader_next(&r);
    }
}
