/* SPDX-License-Identifier: Apache-2.0 */
#include "base/number.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/must.h"

static bool is_digit(uint8_t byte) {
    return byte >= '0' && byte <= '9';
}

/* Digits without leading zeros, at most `max`. */
static bool read_u64(struct span text, uint64_t max, uint64_t *value) {
    if (text.size == 0 || (text.size > 1 && text.at[0] == '0')) return false;
    uint64_t read = 0;
    for (size_t i = 0; i < text.size; i++) {
        if (!is_digit(text.at[i])) return false;
        const uint64_t digit = (uint64_t)(text.at[i] - '0');
        if (read > (max - digit) / 10 || digit > max) return false;
        read = read * 10 + digit;
    }
    *value = read;
    return true;
}

bool number_read_i64(struct span text, int64_t *value) {
    const bool is_negative = text.size > 0 && text.at[0] == '-';
    const struct span digits = is_negative ? (struct span){text.at + 1, text.size - 1} : text;
    uint64_t magnitude;
    if (!read_u64(digits, (uint64_t)INT64_MAX + is_negative, &magnitude)) return false;
    if (is_negative && magnitude == 0) return false; /* "-0" is a second spelling of 0 */
    *value = (int64_t)(is_negative ? 0 - magnitude : magnitude);
    return true;
}

bool number_read_u32(struct span text, uint32_t max, uint32_t *value) {
    uint64_t read;
    if (!read_u64(text, max, &read)) return false;
    *value = (uint32_t)read;
    return true;
}

/* Reading a double. The decimal is first taken apart into at most DIGITS_MAX significant digits and a power of ten;
 * no double and no midpoint of two doubles has more than 767 digits, so what lies beyond only matters by being zero
 * or not, which one more digit says. Few digits and a small power are exact in one operation of doubles; the rest is
 * strtod's, on a text without a decimal point, because the point is what depends on the locale. */

enum {
    DIGITS_MAX = 770,
    EXPONENT_LIMIT = 100000, /* far beyond any double; stops the exponent's own digits from overflowing */
    EXACT_POWER_MAX = 22,    /* 10^22 is the last power of ten that a double holds exactly */
    TEXT_MAX = DIGITS_MAX + 32,
};

struct decimal {
    bool is_negative;
    bool has_more; /* digits that are not zero were left out */
    unsigned digit_count;
    int64_t exponent; /* of the last kept digit */
    char digits[DIGITS_MAX];
};

static void decimal_take_digit(struct decimal *d, uint8_t digit, bool is_fraction) {
    if (d->digit_count == DIGITS_MAX) {
        d->has_more = d->has_more || digit != '0';
        d->exponent += !is_fraction;
        return;
    }
    d->exponent -= is_fraction;
    if (d->digit_count == 0 && digit == '0') return;
    d->digits[d->digit_count++] = (char)digit;
}

static int64_t read_exponent(struct span text) {
    bool is_negative = false;
    size_t at = 0;
    if (text.size > 0 && (text.at[0] == '-' || text.at[0] == '+')) is_negative = text.at[at++] == '-';
    int64_t exponent = 0;
    for (; at < text.size && is_digit(text.at[at]); at++) {
        if (exponent < INT32_MAX) exponent = exponent * 10 + (text.at[at] - '0');
    }
    return is_negative ? -exponent : exponent;
}

static void decimal_read(struct decimal *d, struct span text) {
    d->digit_count = 0;
    d->exponent = 0;
    d->has_more = false;
    d->is_negative = text.size > 0 && text.at[0] == '-';
    bool is_fraction = false;
    for (size_t at = d->is_negative; at < text.size; at++) {
        const uint8_t byte = text.at[at];
        if (is_digit(byte)) {
            decimal_take_digit(d, byte, is_fraction);
        } else if (byte == '.') {
            is_fraction = true;
        } else {
            d->exponent += read_exponent((struct span){text.at + at + 1, text.size - at - 1});
            return;
        }
    }
}

_Static_assert(FLT_EVAL_METHOD == 0 || FLT_EVAL_METHOD == 1, "doubles are computed as doubles, so they round once");

/* Both the digits and the power of ten are exact doubles, so their product or quotient is rounded once. */
static bool decimal_is_exact(const struct decimal *d, uint64_t *mantissa) {
    if (d->digit_count > 16 || d->exponent < -EXACT_POWER_MAX || d->exponent > EXACT_POWER_MAX) return false;
    *mantissa = 0;
    for (unsigned i = 0; i < d->digit_count; i++) *mantissa = *mantissa * 10 + (uint64_t)(d->digits[i] - '0');
    return *mantissa <= UINT64_C(1) << 53;
}

static const double powers_of_ten[EXACT_POWER_MAX + 1] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                                          1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                                          1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

static double decimal_exact_value(uint64_t mantissa, int64_t exponent) {
    return exponent < 0 ? (double)mantissa / powers_of_ten[-exponent] : (double)mantissa * powers_of_ten[exponent];
}

static double decimal_value(const struct decimal *d) {
    uint64_t mantissa;
    if (d->digit_count == 0) return 0.0;
    if (decimal_is_exact(d, &mantissa)) return decimal_exact_value(mantissa, d->exponent);
    int64_t exponent = d->exponent - d->has_more;
    if (exponent > EXPONENT_LIMIT) return (double)INFINITY;
    if (exponent < -EXPONENT_LIMIT) return 0.0;
    char text[TEXT_MAX];
    memcpy(text, d->digits, d->digit_count);
    const size_t room = sizeof text - d->digit_count;
    const int size = snprintf(text + d->digit_count, room, "%se%ld", d->has_more ? "1" : "", (long)exponent);
    must(size > 0 && (size_t)size < room);
    return strtod(text, NULL);
}

double number_read_double(struct span text) {
    struct decimal d;
    decimal_read(&d, text);
    const double magnitude = decimal_value(&d);
    return d.is_negative ? -magnitude : magnitude;
}

/* Writing a double. The shortest digits are found by trying lengths until reading gives the same double back; seventeen
 * always do. Fifteen digits survive a trip through any normal double (DBL_DIG), so a shorter form, if there is one, is
 * what fifteen digits give once their zeros at the end are gone: only the sparse subnormals need the tries below. The C
 * library rounds each try correctly, so it is the nearest decimal of its length. Only at a power of two, above which
 * doubles are twice as far apart as below, can the nearest decimal of some length miss while the next one up still
 * hits: there that one is tried as well. */

enum { SHORTEST_DIGITS_MAX = 17 };

struct shortest {
    unsigned digit_count;
    int exponent; /* the value is 0.DIGITS times ten to this power */
    char digits[SHORTEST_DIGITS_MAX + 1];
};

static double shortest_value(const struct shortest *s) {
    struct decimal d = {.digit_count = s->digit_count, .exponent = s->exponent - (int)s->digit_count};
    memcpy(d.digits, s->digits, s->digit_count);
    return decimal_value(&d);
}

static void shortest_round(struct shortest *s, double value, unsigned digit_count) {
    char text[SHORTEST_DIGITS_MAX + 16];
    const int size = snprintf(text, sizeof text, "%.*e", (int)digit_count - 1, value);
    must(size > 0 && (size_t)size < sizeof text);
    const char *at = text;
    s->digit_count = 0;
    for (; *at != 'e'; at++) { /* whatever the locale prints as a point is skipped */
        if (is_digit((uint8_t)*at)) s->digits[s->digit_count++] = *at;
    }
    s->exponent = (int)strtol(at + 1, NULL, 10) + 1;
}

/* The next decimal of the same length. */
static void shortest_step_up(struct shortest *s) {
    unsigned i = s->digit_count;
    while (i > 0 && s->digits[i - 1] == '9') s->digits[--i] = '0';
    if (i > 0) {
        s->digits[i - 1]++;
        return;
    }
    s->digits[0] = '1';
    s->exponent++;
}

static bool is_power_of_two(double value) {
    int exponent;
    return frexp(value, &exponent) == 0.5;
}

static void shortest_find(struct shortest *s, double value) {
    for (unsigned count = value < DBL_MIN ? 1 : DBL_DIG; count <= SHORTEST_DIGITS_MAX; count++) {
        shortest_round(s, value, count);
        if (shortest_value(s) == value) break;
        if (!is_power_of_two(value)) continue;
        shortest_step_up(s);
        if (shortest_value(s) == value) break;
    }
    while (s->digit_count > 1 && s->digits[s->digit_count - 1] == '0') s->digit_count--;
}

static void put_digits(struct buffer *out, const struct shortest *s, unsigned from, unsigned to) {
    buffer_put(out, (struct span){(const uint8_t *)s->digits + from, to - from});
}

static void put_zeros(struct buffer *out, int count) {
    for (int i = 0; i < count; i++) buffer_put_u8(out, '0');
}

static void put_scientific(struct buffer *out, const struct shortest *s) {
    put_digits(out, s, 0, 1);
    if (s->digit_count > 1) {
        buffer_put_u8(out, '.');
        put_digits(out, s, 1, s->digit_count);
    }
    buffer_put_text(out, s->exponent > 0 ? "e+" : "e");
    buffer_put_decimal(out, s->exponent - 1);
}

/* ECMA-262, Number::toString: plain notation for 1e-6 up to, not including, 1e21. */
static void put_shortest(struct buffer *out, const struct shortest *s) {
    const int digit_count = (int)s->digit_count;
    if (s->exponent > 21 || s->exponent < -5) {
        put_scientific(out, s);
    } else if (s->exponent >= digit_count) {
        put_digits(out, s, 0, s->digit_count);
        put_zeros(out, s->exponent - digit_count);
    } else if (s->exponent > 0) {
        put_digits(out, s, 0, (unsigned)s->exponent);
        buffer_put_u8(out, '.');
        put_digits(out, s, (unsigned)s->exponent, s->digit_count);
    } else {
        buffer_put_text(out, "0.");
        put_zeros(out, -s->exponent);
        put_digits(out, s, 0, s->digit_count);
    }
}

void number_write_double(struct buffer *out, double value) {
    const double whole_max = 9007199254740991.0; /* 2^53 - 1 */
    if (!isfinite(value)) {
        buffer_put_text(out, "null");
    } else if (fabs(value) <= whole_max && value == trunc(value)) {
        buffer_put_decimal(out, (int64_t)value); /* and -0 as 0 */
    } else {
        struct shortest s;
        if (value < 0) buffer_put_u8(out, '-');
        shortest_find(&s, fabs(value));
        put_shortest(out, &s);
    }
}
