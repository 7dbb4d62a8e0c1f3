/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/echo_report.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/json_writer.h"
#include "cli/sheet.h"

/* Metadata may have 16 KiB, each byte of it escaped. */
enum { LINE_MAX_SIZE = 512, JSON_MAX_SIZE = 8 * PEERJS_METADATA_MAX };

/* At once, whoever reads it. */
static void end_line(void) {
    (void)putchar('\n');
    (void)fflush(stdout);
}

__attribute__((format(printf, 1, 2))) static void say(const char *format, ...) {
    char line[LINE_MAX_SIZE], clean[LINE_MAX_SIZE];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    sheet_clean(span_of_text(line), clean, sizeof clean);
    (void)fputs(clean, stdout);
    end_line();
}

/* An object that is being written: what happened, and to which connection (0: none). */
struct object {
    uint8_t memory[JSON_MAX_SIZE];
    struct buffer out;
    struct json_writer w;
};

static void object_begin(struct object *object, const char *event, unsigned number) {
    object->out = buffer_over(object->memory, sizeof object->memory);
    object->w = json_writer_into(&object->out);
    json_open_object(&object->w, NULL);
    json_put_text(&object->w, "event", event);
    if (number != 0) json_put_integer(&object->w, "connection", number);
}

static void object_end(struct object *object) {
    json_close_object(&object->w);
    (void)fwrite(object->out.at, 1, object->out.size, stdout);
    end_line();
}

void echo_report_ready(const struct echo_report *report, const char *id, const char *url) {
    struct object object;
    if (!report->is_json) {
        say("ready: %s at %s", id, url);
        return;
    }
    object_begin(&object, "ready", 0);
    json_put_text(&object.w, "id", id);
    json_put_text(&object.w, "url", url);
    object_end(&object);
}

void echo_report_signaling(const struct echo_report *report, const char *url, const char *why) {
    struct object object;
    if (!report->is_json) {
        say("signaling: %s: %s", url, why);
        return;
    }
    object_begin(&object, "signaling-failed", 0);
    json_put_text(&object.w, "url", url);
    json_put_text(&object.w, "why", why);
    object_end(&object);
}

void echo_report_unreached(const struct echo_report *report, int64_t after_ms) {
    struct object object;
    if (!report->is_json) {
        say("no signaling server could be used in %" PRId64 " s", after_ms / 1000);
        return;
    }
    object_begin(&object, "unreached", 0);
    json_put_integer(&object.w, "afterMs", after_ms);
    object_end(&object);
}

void echo_report_dialling(const struct echo_report *report, unsigned number, const char *peer) {
    struct object object;
    if (!report->is_json) {
        say("%u dialling %s", number, peer);
        return;
    }
    object_begin(&object, "dialling", number);
    json_put_text(&object.w, "peer", peer);
    object_end(&object);
}

void echo_report_open(const struct echo_report *report, unsigned number, const struct data_look *look) {
    const char *serialization = peerjs_serialization_name(look->serialization);
    struct object object;
    if (!report->is_json) {
        say("%u open: %s %s, label %s, %s, %s", number, look->is_dialled ? "dialled" : "from", look->peer, look->label,
            serialization, look->is_reliable ? "ordered" : "unordered");
        if (look->metadata.size > 0)
            say("%u metadata: %.*s", number, (int)look->metadata.size, (const char *)look->metadata.at);
        return;
    }
    object_begin(&object, "open", number);
    json_put_text(&object.w, "peer", look->peer);
    json_put_boolean(&object.w, "dialled", look->is_dialled);
    json_put_text(&object.w, "label", look->label);
    json_put_text(&object.w, "serialization", serialization);
    json_put_boolean(&object.w, "ordered", look->is_reliable);
    if (look->metadata.size > 0) json_put_span(&object.w, "metadata", look->metadata);
    object_end(&object);
}

void echo_report_lost(const struct echo_report *report, unsigned number, bool was_read, enum peerjs_fault fault) {
    struct object object;
    if (!report->is_json) {
        say("%u a message %s: %s", number, was_read ? "is not sent back" : "could not be read",
            peerjs_fault_name(fault));
        return;
    }
    object_begin(&object, was_read ? "not-returned" : "not-read", number);
    json_put_text(&object.w, "fault", peerjs_fault_name(fault));
    object_end(&object);
}

void echo_report_closed(const struct echo_report *report, unsigned number, const struct data_look *look,
                        enum data_end end, const char *detail) {
    struct object object;
    if (!report->is_json) {
        say("%u closed: %s%s%s (%" PRIu64 " messages in, %" PRIu64 " back)", number, data_end_sentence(end),
            detail[0] != '\0' ? ": " : "", detail, look->messages_in, look->messages_out);
        return;
    }
    object_begin(&object, "closed", number);
    json_put_text(&object.w, "end", data_end_name(end));
    json_put_text(&object.w, "detail", detail);
    json_put_integer(&object.w, "messagesIn", (int64_t)look->messages_in);
    json_put_integer(&object.w, "messagesBack", (int64_t)look->messages_out);
    object_end(&object);
}

void echo_report_leaving(const struct echo_report *report, size_t open) {
    struct object object;
    if (!report->is_json) {
        say("leaving: %zu %s to be closed", open, open == 1 ? "connection" : "connections");
        return;
    }
    object_begin(&object, "leaving", 0);
    json_put_integer(&object.w, "open", (int64_t)open);
    object_end(&object);
}
