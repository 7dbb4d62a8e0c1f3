/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/link/webrtc/thread/data_channel.h"

#include <string.h>

#include "base/memory.h"
#include "swarm/webrtc/dcep.h"

struct data_channel *data_channel_new(uint32_t number, const struct rtc_channel_setting *setting, bool is_ours) {
    struct data_channel *const channel = memory_try_zeroed(1, sizeof *channel);
    if (!channel) return NULL;
    channel->number = number;
    channel->setting = *setting;
    channel->is_ours = is_ours;
    channel->is_told = is_ours;
    return channel;
}

void data_channel_free(struct data_channel *channel) {
    if (!channel) return;
    rtc_note_free_all(channel->first);
    memory_free(channel->part);
    memory_free(channel);
}

void data_channel_put(struct data_channel *channel, struct rtc_note *message) {
    message->next = NULL;
    if (channel->first)
        channel->last->next = message;
    else
        channel->first = message;
    channel->last = message;
}

static void put_control(struct data_channel *channel, const struct buffer *bytes) {
    data_channel_put(channel, rtc_note_new(RTC_NOTE_CHANNEL_OPEN, 0, buffer_span(bytes)));
}

void data_channel_put_open(struct data_channel *channel) {
    uint8_t memory[DCEP_OPEN_SIZE_MAX];
    struct buffer bytes = buffer_over(memory, sizeof memory);
    dcep_write_open(&bytes, channel->setting.is_unordered, span_of_text(channel->setting.label),
                    span_of_text(channel->setting.protocol));
    put_control(channel, &bytes);
}

void data_channel_put_ack(struct data_channel *channel) {
    uint8_t memory[1];
    struct buffer bytes = buffer_over(memory, sizeof memory);
    dcep_write_ack(&bytes);
    put_control(channel, &bytes);
}

void data_channel_drop_waiting(struct data_channel *channel) {
    rtc_note_free_all(channel->first);
    channel->first = channel->last = NULL;
}

bool data_channel_add_part(struct data_channel *channel, struct span bytes) {
    if (channel->part_size + bytes.size > RTC_MESSAGE_SIZE_MAX) return false;
    if (!channel->part) channel->part = memory_try_room(RTC_MESSAGE_SIZE_MAX);
    if (!channel->part) return false;
    memcpy(channel->part + channel->part_size, bytes.at, bytes.size);
    channel->part_size += bytes.size;
    return true;
}

void data_channel_drop_part(struct data_channel *channel) {
    memory_free(channel->part);
    channel->part = NULL;
    channel->part_size = 0;
}
