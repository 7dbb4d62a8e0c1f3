/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/log_topics.h"

#include <string.h>

enum { NAMES_SIZE = 160 };

static bool is_first_of_topic(int code) {
    for (int i = 0; i < code; i++)
        if (strcmp(event_source((enum event_code)i), event_source((enum event_code)code)) == 0) return false;
    return true;
}

static void write_names(char names[NAMES_SIZE]) {
    struct buffer out = buffer_over((uint8_t *)names, NAMES_SIZE - 1);
    for (int i = 0; i < EVENT_COUNT; i++) {
        if (!is_first_of_topic(i)) continue;
        buffer_put_text(&out, out.size == 0 ? "" : ", ");
        buffer_put_text(&out, event_source((enum event_code)i));
    }
    names[out.size] = '\0';
}

static bool refuse(struct span topic, struct err_detail *detail) {
    char names[NAMES_SIZE];
    write_names(names);
    (void)err_set(detail, ERR_USAGE, "\"%.*s\" is no topic of the log; there are all, %s", (int)topic.size,
                  (const char *)topic.at, names);
    return false;
}

/* False: there is no such topic. */
static bool wish_for(struct log_topics *topics, struct span topic, enum log_wish wish) {
    bool is_all = span_equal_text(topic, "all"), is_known = is_all;
    for (int i = 0; i < EVENT_COUNT; i++) {
        if (!is_all && !span_equal_text(topic, event_source((enum event_code)i))) continue;
        topics->wishes[i] = (uint8_t)wish;
        is_known = true;
    }
    return is_known;
}

bool log_topics_read(const char *text, struct log_topics *topics, struct err_detail *detail) {
    struct log_topics read = {{0}};
    bool goes_on = text[0] != '\0';
    while (goes_on) {
        bool is_quiet = text[0] == '-';
        if (is_quiet) text++;
        struct span topic = {(const uint8_t *)text, strcspn(text, ",")};
        if (!wish_for(&read, topic, is_quiet ? LOG_WISH_QUIET : LOG_WISH_DETAILS)) return refuse(topic, detail);
        goes_on = text[topic.size] == ',';
        text += topic.size + (goes_on ? 1 : 0);
    }
    *topics = read;
    return true;
}

enum event_level log_topics_least(const struct log_topics *topics, enum event_code code, enum event_level least) {
    switch ((enum log_wish)topics->wishes[code]) {
    case LOG_WISH_NONE: return least;
    case LOG_WISH_DETAILS: return EVENT_LEVEL_DEBUG;
    case LOG_WISH_QUIET: return least > EVENT_LEVEL_WARN ? least : EVENT_LEVEL_WARN;
    }
    return least;
}
