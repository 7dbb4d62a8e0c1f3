/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/state_line.h"

static void put_counted(struct buffer *out, size_t count, const char *one, const char *many) {
    buffer_put_decimal(out, (int64_t)count);
    buffer_put_text(out, count == 1 ? one : many);
}

static void put_mesh(struct buffer *out, const struct state_line_facts *facts) {
    if (facts->is_out) {
        buffer_put_text(out, "no network: every dial fails; ");
    } else if (facts->mesh.active == 0) {
        buffer_put_text(out, "no link yet; ");
    } else {
        buffer_put_decimal(out, (int64_t)facts->mesh.active);
        buffer_put_text(out, " of ");
        put_counted(out, facts->mesh.target, " link, ", " links, ");
    }
    put_counted(out, facts->mesh.known, " peer known; ", " peers known; ");
    if (facts->beacon_count == 0) {
        buffer_put_text(out, "no beacon is set");
        return;
    }
    buffer_put_decimal(out, (int64_t)(facts->beacon_count - facts->beacons_failing));
    buffer_put_text(out, " of ");
    put_counted(out, facts->beacon_count, " beacon answers", " beacons answer");
}

static void put_beacon(struct buffer *out, const struct state_line_facts *facts) {
    buffer_put_text(out, facts->takes_part ? "; as a beacon it lists " : "a beacon that lists ");
    put_counted(out, facts->tickets, " ticket", " tickets");
}

static void put_signaling(struct buffer *out, const struct state_line_facts *facts) {
    buffer_put_text(out, facts->takes_part || facts->has_beacon ? "; signaling for " : "signaling for ");
    put_counted(out, facts->clients, " client", " clients");
}

void state_line_write(struct buffer *out, const struct state_line_facts *facts) {
    if (facts->is_stopping) {
        buffer_put_text(out, "saying goodbye to its peers");
        return;
    }
    if (facts->takes_part) put_mesh(out, facts);
    if (facts->has_beacon) put_beacon(out, facts);
    if (facts->has_signaling) put_signaling(out, facts);
}
