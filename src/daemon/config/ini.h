/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A configuration file, line by line.
 *
 *     # a comment; so is a line that begins with ;
 *     [beacon]                  a heading, for the eye
 *     key = value               blanks around both do not count; a blank and a # begin a comment (a ; does not)
 *     key = "a # value"         quotes keep what is between them as it is
 *
 * Owns: nothing; spans point into the text.
 * Never: allocates, knows which keys there are, joins lines.   Full: cannot be. */

#include "base/bytes.h"

enum ini_kind { INI_EMPTY, INI_HEADING, INI_ENTRY, INI_WRONG };

enum ini_fault {
    INI_NO_EQUALS,    /* neither a heading nor key = value */
    INI_NO_KEY,       /* = value */
    INI_HEADING_OPEN, /* [name without the other bracket, or with more behind it */
    INI_QUOTE_OPEN,   /* a quote that does not end on its line */
    INI_BEHIND_QUOTE, /* more behind the second quote */
    INI_NOT_TEXT,     /* a byte that no text has, or broken UTF-8 */
};

struct ini_line {
    enum ini_kind kind;
    enum ini_fault fault; /* of INI_WRONG */
    unsigned number;      /* from 1 */
    struct span name;     /* of a heading, or the key */
    struct span value;    /* of an entry; may be empty */
};

struct ini {
    struct span rest;
    unsigned number; /* of the last line taken */
};

struct ini ini_over(struct span text); /* borrowed */
/* The next line; false at the end. */
bool ini_next(struct ini *ini, struct ini_line *line);
/* UTF-8 without control characters, but for tabs. */
bool ini_is_text(struct span text);
const char *ini_fault_sentence(enum ini_fault fault);
