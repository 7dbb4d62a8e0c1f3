/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/config/ini.h"

#include <string.h>

#include "base/encoding.h"

struct ini ini_over(struct span text) {
    static const uint8_t mark[] = {0xef, 0xbb, 0xbf}; /* some editors begin a file with it */
    const struct span begin = {mark, sizeof mark};
    if (span_starts_with(text, begin)) text = (struct span){text.at + sizeof mark, text.size - sizeof mark};
    return (struct ini){.rest = text};
}

static bool is_blank(uint8_t c) {
    return c == ' ' || c == '\t';
}

static struct span trim(struct span text) {
    while (text.size > 0 && is_blank(text.at[0])) text = (struct span){text.at + 1, text.size - 1};
    while (text.size > 0 && is_blank(text.at[text.size - 1])) text.size--;
    return text;
}

/* Behind something else on its line; a whole line may be one by a semicolon too. */
static bool begins_comment(struct span text) {
    return text.size > 0 && text.at[0] == '#';
}

bool ini_is_text(struct span text) {
    for (size_t i = 0; i < text.size; i++)
        if ((text.at[i] < 0x20 && text.at[i] != '\t') || text.at[i] == 0x7f) return false;
    return utf8_is_valid(text);
}

static struct span take_line(struct ini *ini) {
    const uint8_t *end = memchr(ini->rest.at, '\n', ini->rest.size);
    struct span line = {ini->rest.at, end == NULL ? ini->rest.size : (size_t)(end - ini->rest.at)};
    const size_t taken = line.size + (end != NULL);
    ini->rest = (struct span){ini->rest.at + taken, ini->rest.size - taken};
    ini->number++;
    if (line.size > 0 && line.at[line.size - 1] == '\r') line.size--;
    return line;
}

static void refuse(struct ini_line *line, enum ini_fault fault) {
    line->kind = INI_WRONG;
    line->fault = fault;
}

static void read_heading(struct span text, struct ini_line *line) {
    const uint8_t *end = memchr(text.at, ']', text.size);
    const size_t size = end == NULL ? 0 : (size_t)(end - text.at);
    const struct span behind = end == NULL ? SPAN_NONE : trim((struct span){end + 1, text.size - size - 1});
    if (end == NULL || (behind.size > 0 && !begins_comment(behind))) {
        refuse(line, INI_HEADING_OPEN);
        return;
    }
    line->kind = INI_HEADING;
    line->name = trim((struct span){text.at + 1, size - 1});
}

static void read_quoted(struct span text, struct ini_line *line) {
    const uint8_t *end = memchr(text.at + 1, '"', text.size - 1);
    if (end == NULL) {
        refuse(line, INI_QUOTE_OPEN);
        return;
    }
    const size_t size = (size_t)(end - text.at);
    const struct span behind = trim((struct span){end + 1, text.size - size - 1});
    if (behind.size > 0 && !begins_comment(behind)) refuse(line, INI_BEHIND_QUOTE);
    line->value = (struct span){text.at + 1, size - 1};
}

/* Up to a comment. One begins behind a blank alone, so that a value may hold the sign; a semicolon begins none here,
 * because values have more of them. */
static struct span without_comment(struct span text) {
    for (size_t i = 0; i < text.size; i++)
        if (begins_comment((struct span){text.at + i, 1}) && (i == 0 || is_blank(text.at[i - 1])))
            return trim((struct span){text.at, i});
    return text;
}

static void read_entry(struct span text, struct ini_line *line) {
    const uint8_t *equals = memchr(text.at, '=', text.size);
    const size_t size = equals == NULL ? 0 : (size_t)(equals - text.at);
    if (size == 0) {
        refuse(line, equals == NULL ? INI_NO_EQUALS : INI_NO_KEY);
        return;
    }
    const struct span value = trim((struct span){equals + 1, text.size - size - 1});
    line->kind = INI_ENTRY;
    line->name = trim((struct span){text.at, size});
    if (value.size > 0 && value.at[0] == '"')
        read_quoted(value, line);
    else
        line->value = without_comment(value);
}

bool ini_next(struct ini *ini, struct ini_line *line) {
    if (ini->rest.size == 0) return false;
    const struct span whole = take_line(ini), text = trim(whole);
    *line = (struct ini_line){.kind = INI_EMPTY, .number = ini->number};
    if (!ini_is_text(whole))
        refuse(line, INI_NOT_TEXT);
    else if (text.size > 0 && text.at[0] == '[')
        read_heading(text, line);
    else if (text.size > 0 && text.at[0] != ';' && !begins_comment(text))
        read_entry(text, line);
    return true;
}

const char *ini_fault_sentence(enum ini_fault fault) {
    static const char *const sentences[] = {
        [INI_NO_EQUALS] = "expected KEY = VALUE, a [heading] or a # comment",
        [INI_NO_KEY] = "expected a key before the =",
        [INI_HEADING_OPEN] = "expected a heading in brackets, like [beacon], alone on its line",
        [INI_QUOTE_OPEN] = "the quote that begins the value does not end on this line",
        [INI_BEHIND_QUOTE] = "expected nothing behind the second quote",
        [INI_NOT_TEXT] = "expected text in UTF-8, but there are other bytes in it",
    };
    return sentences[fault];
}
