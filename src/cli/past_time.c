/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/past_time.h"

#include <string.h>
#include <time.h>

#include "base/number.h"

/* `when` as it was, but for what the format says. */
static bool read_as(const char *text, const char *format, struct tm *when) {
    struct tm parts = *when;
    parts.tm_sec = 0;
    const char *end = strptime(text, format, &parts);
    if (end == NULL || *end != '\0') return false;
    *when = parts;
    when->tm_isdst = -1;
    return true;
}

static bool read_time_of_day(const char *text, int64_t now_ms, int64_t *at_ms) {
    struct tm when;
    const time_t now_s = (time_t)(now_ms / 1000);
    if (localtime_r(&now_s, &when) == NULL) return false;
    if (!read_as(text, "%H:%M", &when) && !read_as(text, "%H:%M:%S", &when)) return false;
    struct tm yesterday = when;
    yesterday.tm_mday--;
    time_t at_s = mktime(&when);
    if (at_s > now_s) at_s = mktime(&yesterday);
    *at_ms = (int64_t)at_s * 1000;
    return true;
}

static bool read_date(const char *text, int64_t *at_ms) {
    static const char *const formats[] = {"%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"};
    struct tm when = {0};
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        if (!read_as(text, formats[i], &when)) continue;
        *at_ms = (int64_t)mktime(&when) * 1000;
        return true;
    }
    return false;
}

bool past_time_read(const char *text, int64_t now_ms, int64_t *at_ms) {
    if (read_time_of_day(text, now_ms, at_ms) || read_date(text, at_ms)) return *at_ms > 0;
    return number_read_i64(span_of_text(text), at_ms) && *at_ms > 0;
}

const char *past_time_text(int64_t at_ms, char text[PAST_TIME_SIZE]) {
    struct tm parts;
    const time_t seconds = (time_t)(at_ms / 1000);
    text[0] = '\0';
    if (localtime_r(&seconds, &parts) != NULL) (void)strftime(text, PAST_TIME_SIZE, "%Y-%m-%d %H:%M:%S", &parts);
    return text;
}
