/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/log_topics.h"

#include <stdio.h>
#include <string.h>

enum { NAMES_SIZE = 160 };

static bool is_first_of_topic(int code) {
    for (int i = 0; i < code; i++)
        if (strcmp(event_source((enum event_code)i), event_source((enum event_code)code)) == 0) return false;
    return true;
}

static void write_refusal(const char *topic, char *why, size_t capacity) {
    char names[NAMES_SIZE];
    struct buffer out = buffer_over((uint8_t *)names, sizeof names - 1);
    for (int i = 0; i < EVENT_COUNT; i++) {
        if (!is_first_of_topic(i)) continue;
        buffer_put_text(&out, ", ");
        buffer_put_text(&out, event_source((enum event_code)i));
    }
    names[out.size] = '\0';
    (void)snprintf(why, capacity, "\"%.40s\" is no topic of the log; there are all%s", topic, names);
}

bool log_topics_take(const char *word, struct log_topics *topics, char *why, size_t capacity) {
    const char *topic = word[0] == '-' ? word + 1 : word;
    enum log_wish wish = topic == word ? LOG_WISH_DETAILS : LOG_WISH_QUIET;
    bool is_all = strcmp(topic, "all") == 0, is_known = is_all;
    for (int i = 0; i < EVENT_COUNT; i++) {
        if (!is_all && strcmp(topic, event_source((enum event_code)i)) != 0) continue;
        topics->wishes[i] = (uint8_t)wish;
        is_known = true;
    }
    if (!is_known) write_refusal(topic, why, capacity);
    return is_known;
}

enum event_level log_topics_least(const struct log_topics *topics, enum event_code code, enum event_level least) {
    switch ((enum log_wish)topics->wishes[code]) {
    case LOG_WISH_NONE: return least;
    case LOG_WISH_DETAILS: return EVENT_LEVEL_DEBUG;
    case LOG_WISH_QUIET: return least > EVENT_LEVEL_WARN ? least : EVENT_LEVEL_WARN;
    }
    return least;
}
