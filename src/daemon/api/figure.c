/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/api/figure.h"

#include <math.h>

/* Beyond this a reader's double would round; no node moves that many bytes. */
#define INTEGER_MAX ((uint64_t)1 << 53)

void figure_put_time(struct json_writer *w, const char *name, int64_t at_ms) {
    if (at_ms == 0) {
        json_put_null(w, name);
    } else {
        json_put_integer(w, name, at_ms);
    }
}

void figure_put_engine_time(struct json_writer *w, const char *name, int64_t at_ms, int64_t wall_offset_ms) {
    bool is_known = at_ms != 0 && at_ms != INT64_MAX;
    figure_put_time(w, name, is_known ? at_ms + wall_offset_ms : 0);
}

void figure_put_integer(struct json_writer *w, const char *name, int64_t value) {
    if (value < 0) {
        json_put_null(w, name);
    } else {
        json_put_integer(w, name, value);
    }
}

void figure_put_total(struct json_writer *w, const char *name, uint64_t value) {
    json_put_integer(w, name, (int64_t)(value < INTEGER_MAX ? value : INTEGER_MAX));
}

static void put_rounded(struct json_writer *w, const char *name, double value, double steps) {
    if (!(value >= 0)) {
        json_put_null(w, name);
    } else {
        json_put_number(w, name, round(value * steps) / steps);
    }
}

void figure_put_tenths(struct json_writer *w, const char *name, double value) {
    put_rounded(w, name, value, 10);
}

void figure_put_share(struct json_writer *w, const char *name, double value) {
    put_rounded(w, name, value, 1000);
}

void figure_put_text(struct json_writer *w, const char *name, const char *text) {
    json_put_text(w, name, text[0] == '\0' ? NULL : text);
}

void figure_put_address(struct json_writer *w, const char *name, const struct address *address) {
    char text[ADDRESS_TEXT_MAX];
    json_put_text(w, name, address_text(address, text));
}

void figure_put_node_id(struct json_writer *w, const char *name, const struct node_id *id) {
    char text[NODE_ID_TEXT_SIZE + 1];
    json_put_text(w, name, node_id_text(id, text));
}

void figure_put_user(struct json_writer *w, const char *user_id, bool is_proven) {
    figure_put_text(w, "userId", user_id);
    if (user_id[0] == '\0') {
        json_put_null(w, "userProof");
    } else {
        json_put_text(w, "userProof", is_proven ? "proven" : "claimed");
    }
}
