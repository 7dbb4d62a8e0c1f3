/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/link/webrtc/thread/channel_table.h"

#include <string.h>

#include "base/must.h"
#include "swarm/webrtc/dcep.h"

void channel_table_init(struct channel_table *table, struct rtc_shared *shared, uint32_t peer) {
    memset(table, 0, sizeof *table);
    table->shared = shared;
    table->peer = peer;
}

void channel_table_deinit(struct channel_table *table) {
    for (size_t i = 0; i < table->count; i++) data_channel_free(table->items[i]);
    table->count = 0;
}

static struct data_channel *find_number(const struct channel_table *table, uint32_t number) {
    for (size_t i = 0; i < table->count; i++)
        if (table->items[i]->number == number) return table->items[i];
    return NULL;
}

static struct data_channel *find_stream(const struct channel_table *table, uint16_t stream) {
    for (size_t i = 0; i < table->count; i++)
        if (table->items[i]->state != DATA_CHANNEL_NEW && table->items[i]->stream == stream) return table->items[i];
    return NULL;
}

static void tell_closed(struct channel_table *table, struct data_channel *channel) {
    if (!channel->is_told) return;
    channel->is_told = false;
    table->unread += RTC_NOTE_COST;
    rtc_report_channel_closed(table->shared, table->peer, channel->number, RTC_NOTE_COST);
}

static void tell_opened(struct channel_table *table, struct data_channel *channel) {
    channel->is_told = true;
    table->has_opened = true;
    table->unread += RTC_NOTE_COST;
    rtc_report_channel_opened(table->shared, table->peer, channel->number, &channel->setting, RTC_NOTE_COST);
}

static void channel_remove(struct channel_table *table, struct data_channel *channel) {
    size_t place = 0;
    while (table->items[place] != channel) place++;
    table->items[place] = table->items[--table->count];
    tell_closed(table, channel);
    data_channel_free(channel);
}

/* The lowest of our streams that nobody has; each end opens on those of its own parity. */
static bool stream_choose(const struct channel_table *table, uint16_t *stream) {
    for (uint16_t at = table->is_client ? 0 : 1; at < ASSOCIATION_STREAMS; at = (uint16_t)(at + 2)) {
        if (find_stream(table, at)) continue;
        *stream = at;
        return true;
    }
    return false;
}

static void channel_begin(struct channel_table *table, struct data_channel *channel) {
    must(stream_choose(table, &channel->stream)); /* there are more streams than places */
    channel->state = DATA_CHANNEL_OPENING;
}

void channel_table_open(struct channel_table *table, uint32_t number, const struct rtc_channel_setting *setting) {
    struct data_channel *const channel =
        table->count < CHANNEL_TABLE_MAX ? data_channel_new(number, setting, true) : NULL;
    if (!channel) {
        rtc_report_channel_closed(table->shared, table->peer, number, 0);
        return;
    }
    data_channel_put_open(channel);
    table->items[table->count++] = channel;
    if (!table->association) return;
    channel_begin(table, channel);
    channel_table_flush(table);
}

/* What waits still goes out, then the stream is reset. */
static void channel_leave(struct channel_table *table, struct data_channel *channel) {
    if (channel->state == DATA_CHANNEL_LEAVING || channel->state == DATA_CHANNEL_RESET) return;
    channel->state = DATA_CHANNEL_LEAVING;
    channel->leave_by_ms = table->shared->now_ms + CHANNEL_LEAVE_MS;
    table->is_reset_due = true;
}

void channel_table_close(struct channel_table *table, uint32_t number) {
    struct data_channel *const channel = find_number(table, number);
    if (!channel) return;
    if (channel->state == DATA_CHANNEL_NEW) {
        channel_remove(table, channel);
        return;
    }
    channel->is_discarding = true;
    data_channel_drop_part(channel);
    channel_leave(table, channel);
    channel_table_flush(table);
}

void channel_table_close_all(struct channel_table *table) {
    for (size_t i = table->count; i-- > 0;) {
        struct data_channel *const channel = table->items[i];
        if (channel->state == DATA_CHANNEL_NEW)
            channel_remove(table, channel);
        else
            channel_leave(table, channel);
    }
    channel_table_flush(table);
}

void channel_table_send(struct channel_table *table, struct rtc_note *message) {
    struct data_channel *const channel = find_number(table, message->channel);
    const bool is_leaving = !channel || channel->state == DATA_CHANNEL_LEAVING || channel->state == DATA_CHANNEL_RESET;
    if (is_leaving) { /* the loop hears, or has heard, of its end, and counts no more */
        rtc_note_free(message);
        return;
    }
    data_channel_put(channel, message);
}

void channel_table_connect(struct channel_table *table, struct sctp_association *association, bool is_client,
                           uint32_t message_size_max) {
    table->association = association;
    table->is_client = is_client;
    table->message_size_max = message_size_max;
    for (size_t i = 0; i < table->count; i++)
        if (table->items[i]->state == DATA_CHANNEL_NEW) channel_begin(table, table->items[i]);
    channel_table_flush(table);
}

bool channel_table_may_read(const struct channel_table *table) {
    return table->unread < CHANNEL_UNREAD_MAX;
}

/* One message of the channel. Empty ones have a byte that does not count, because SCTP has no empty message. */
static enum sctp_association_sent send_first(struct channel_table *table, struct data_channel *channel) {
    static const uint8_t nothing[1] = {0};
    const struct rtc_note *const note = channel->first;
    const bool is_control = note->kind == RTC_NOTE_CHANNEL_OPEN, is_text = note->message_kind == RTC_TEXT;
    const bool is_empty = note->size == 0;
    const struct sctp_association_sending sending = {
        .stream = channel->stream,
        .payload = is_control ? DCEP_PAYLOAD_CONTROL
                   : is_text  ? (is_empty ? DCEP_PAYLOAD_TEXT_EMPTY : DCEP_PAYLOAD_TEXT)
                              : (is_empty ? DCEP_PAYLOAD_BINARY_EMPTY : DCEP_PAYLOAD_BINARY),
        .is_unordered = channel->setting.is_unordered && channel->is_answered && !is_control,
    };
    if (note->size > table->message_size_max) return ASSOCIATION_FAILED; /* sent before the description said so */
    return sctp_association_send(table->association, &sending,
                                 is_empty ? (struct span){nothing, 1} : rtc_note_body(note));
}

static void first_gone(struct data_channel *channel) {
    struct rtc_note *const note = channel->first;
    channel->first = note->next;
    if (!channel->first) channel->last = NULL;
    if (note->kind == RTC_NOTE_SEND) {
        channel->sent_cost += note->cost;
        channel->sent_bytes += note->size;
    }
    rtc_note_free(note);
}

static void report_sent(struct channel_table *table) {
    for (size_t i = 0; i < table->count; i++) {
        struct data_channel *const channel = table->items[i];
        if (channel->sent_cost > 0 && channel->is_told)
            rtc_report_sent(table->shared, table->peer, channel->number, channel->sent_cost, channel->sent_bytes);
        channel->sent_cost = channel->sent_bytes = 0;
    }
}

/* A message of each channel in turn, until nothing waits or SCTP takes no more. */
static void flush_messages(struct channel_table *table) {
    for (size_t idle = 0; idle < table->count; table->turn++) {
        struct data_channel *const channel = table->items[table->turn % table->count];
        idle++;
        if (!channel->first) continue;
        switch (send_first(table, channel)) {
        case ASSOCIATION_SENT:
            first_gone(channel);
            idle = 0;
            break;
        case ASSOCIATION_BLOCKED: return;
        case ASSOCIATION_FAILED:
            data_channel_drop_waiting(channel);
            channel_leave(table, channel);
            break;
        }
    }
}

/* All that are ready in one request, because only one may be under way. */
static void flush_resets(struct channel_table *table) {
    uint16_t streams[CHANNEL_TABLE_MAX];
    size_t count = 0;
    if (!table->is_reset_due) return;
    for (size_t i = 0; i < table->count; i++)
        if (table->items[i]->state == DATA_CHANNEL_LEAVING && !table->items[i]->first)
            streams[count++] = table->items[i]->stream;
    if (count == 0 || !sctp_association_reset(table->association, streams, count)) return;
    table->is_reset_due = false;
    for (size_t i = table->count; i-- > 0;) {
        struct data_channel *const channel = table->items[i];
        if (channel->state != DATA_CHANNEL_LEAVING) continue;
        if (channel->first)
            table->is_reset_due = true;
        else
            channel->state = DATA_CHANNEL_RESET;
        if (channel->state == DATA_CHANNEL_RESET && channel->is_reset_in) channel_remove(table, channel);
    }
}

void channel_table_flush(struct channel_table *table) {
    if (!table->association) return;
    flush_messages(table);
    report_sent(table);
    flush_resets(table);
}

static const char *take_open(struct channel_table *table, uint16_t stream, const struct dcep_message *message) {
    struct rtc_channel_setting setting = {.is_unordered = message->is_unordered};
    const bool is_their_parity = stream % 2 == (table->is_client ? 1 : 0);
    size_t theirs = 0;
    if (!is_their_parity || find_stream(table, stream))
        return "it opened a channel on a stream that is not its to open";
    if (table->count == CHANNEL_TABLE_MAX) return "it opens channels without end";
    must(span_copy_text(message->label, setting.label, sizeof setting.label));
    must(span_copy_text(message->protocol, setting.protocol, sizeof setting.protocol));
    table->shared->last_channel += 2;
    struct data_channel *const channel = data_channel_new(table->shared->last_channel, &setting, false);
    if (!channel) return "there is no memory for another channel";
    for (size_t i = 0; i < table->count; i++) theirs += !table->items[i]->is_ours;
    channel->stream = stream;
    channel->state = DATA_CHANNEL_OPEN;
    channel->is_answered = true;
    table->items[table->count++] = channel;
    if (theirs >= RTC_CHANNELS_MAX) {
        channel->is_discarding = true;
        channel_leave(table, channel);
        return NULL;
    }
    data_channel_put_ack(channel);
    tell_opened(table, channel);
    return NULL;
}

/* The other end has the channel: it said so, or it uses it. */
static void channel_answered(struct channel_table *table, struct data_channel *channel) {
    if (channel->is_answered) return;
    channel->is_answered = true;
    if (channel->state != DATA_CHANNEL_OPENING) return;
    channel->state = DATA_CHANNEL_OPEN;
    tell_opened(table, channel);
}

static const char *take_control(struct channel_table *table, const struct sctp_association_reading *reading) {
    struct dcep_message message;
    struct data_channel *const channel = find_stream(table, reading->stream);
    if (dcep_read(reading->bytes, &message) != REFUSAL_NONE) return "what opens a channel was malformed";
    if (message.kind == DCEP_OPEN) return take_open(table, reading->stream, &message);
    if (channel) channel_answered(table, channel);
    return NULL;
}

static bool payload_kind(uint32_t payload, enum rtc_kind *kind, bool *is_empty) {
    *kind = payload == DCEP_PAYLOAD_TEXT || payload == DCEP_PAYLOAD_TEXT_EMPTY ? RTC_TEXT : RTC_BINARY;
    *is_empty = payload == DCEP_PAYLOAD_TEXT_EMPTY || payload == DCEP_PAYLOAD_BINARY_EMPTY;
    return *is_empty || payload == DCEP_PAYLOAD_TEXT || payload == DCEP_PAYLOAD_BINARY;
}

static bool tell_message(struct channel_table *table, struct data_channel *channel, enum rtc_kind kind,
                         struct span end) {
    const size_t size = channel->part_size + end.size;
    struct rtc_note *const note = rtc_note_room(RTC_NOTE_MESSAGE, table->peer, size);
    if (!note) return false;
    if (channel->part_size > 0) memcpy(note->body, channel->part, channel->part_size);
    if (end.size > 0) memcpy(note->body + channel->part_size, end.at, end.size);
    note->channel = channel->number;
    note->message_kind = kind;
    note->cost = (uint32_t)(size + RTC_NOTE_COST);
    table->unread += note->cost;
    rtc_queue_put(table->shared->reports, note);
    return true;
}

/* A channel ends that brings more than we have announced; so does one whose message there is no memory for. */
static void channel_give_up(struct channel_table *table, struct data_channel *channel) {
    channel->is_discarding = true;
    data_channel_drop_part(channel);
    data_channel_drop_waiting(channel);
    channel_leave(table, channel);
    tell_closed(table, channel);
}

static void take_data(struct channel_table *table, const struct sctp_association_reading *reading, bool is_whole) {
    struct data_channel *const channel = find_stream(table, reading->stream);
    enum rtc_kind kind;
    bool is_empty;
    if (!channel || channel->is_discarding || channel->is_reset_in) return;
    channel_answered(table, channel);
    if (!payload_kind(reading->payload, &kind, &is_empty)) return;
    const struct span bytes = is_empty ? SPAN_NONE : reading->bytes;
    if (!is_whole) {
        if (!data_channel_add_part(channel, bytes)) channel_give_up(table, channel);
        return;
    }
    const bool is_over = channel->part_size + bytes.size > RTC_MESSAGE_SIZE_MAX;
    if (is_over || !tell_message(table, channel, kind, bytes))
        channel_give_up(table, channel);
    else if (channel->part)
        data_channel_drop_part(channel);
}

static void take_reset_of(struct channel_table *table, struct data_channel *channel) {
    channel->is_reset_in = true;
    data_channel_drop_waiting(channel);
    data_channel_drop_part(channel);
    tell_closed(table, channel);
    if (channel->state == DATA_CHANNEL_RESET)
        channel_remove(table, channel);
    else
        channel_leave(table, channel);
}

static void take_reset(struct channel_table *table, const struct sctp_association_reading *reading) {
    if (reading->stream_count == 0)
        for (size_t i = table->count; i-- > 0;)
            if (table->items[i]->state != DATA_CHANNEL_NEW) take_reset_of(table, table->items[i]);
    for (size_t i = 0; i < reading->stream_count; i++) {
        struct data_channel *const channel = find_stream(table, reading->streams[i]);
        if (channel && !channel->is_reset_in) take_reset_of(table, channel);
    }
}

const char *channel_table_take(struct channel_table *table, enum sctp_association_event event,
                               const struct sctp_association_reading *reading) {
    struct data_channel *channel;
    switch (event) {
    case ASSOCIATION_PART:
    case ASSOCIATION_MESSAGE:
        if (reading->payload != DCEP_PAYLOAD_CONTROL)
            take_data(table, reading, event == ASSOCIATION_MESSAGE);
        else if (event == ASSOCIATION_PART)
            return "what opens a channel was longer than any message of ours";
        else
            return take_control(table, reading);
        return NULL;
    case ASSOCIATION_CUT:
        channel = find_stream(table, reading->stream);
        if (channel) data_channel_drop_part(channel);
        return NULL;
    case ASSOCIATION_RESET: take_reset(table, reading); return NULL;
    case ASSOCIATION_NOTHING:
    case ASSOCIATION_UP:
    case ASSOCIATION_CLOSED:
    case ASSOCIATION_LOST:
    case ASSOCIATION_OTHER: return NULL;
    }
    return NULL;
}

void channel_table_tick(struct channel_table *table) {
    for (size_t i = 0; i < table->count; i++) {
        struct data_channel *const channel = table->items[i];
        const bool is_leaving = channel->state == DATA_CHANNEL_LEAVING || channel->state == DATA_CHANNEL_RESET;
        if (is_leaving && table->shared->now_ms >= channel->leave_by_ms) tell_closed(table, channel);
    }
    if (table->is_reset_due) channel_table_flush(table);
}

bool channel_table_has_waiting(const struct channel_table *table) {
    for (size_t i = 0; i < table->count; i++)
        if (table->items[i]->first || table->items[i]->state != DATA_CHANNEL_RESET) return true;
    return false;
}

void channel_table_end(struct channel_table *table) {
    table->association = NULL;
    for (size_t i = 0; i < table->count; i++) tell_closed(table, table->items[i]);
}
