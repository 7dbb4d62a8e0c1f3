/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Why the server sent somebody away by itself, before or without a handler: for counting. */

enum http_dismissal {
    HTTP_DISMISSAL_NOT_HTTP,       /* 400, 417, 501, 505 */
    HTTP_DISMISSAL_HEAD_TOO_LARGE, /* 431 */
    HTTP_DISMISSAL_BODY_TOO_LARGE, /* 413 */
    HTTP_DISMISSAL_SILENT,         /* connected, and asked nothing in time */
    HTTP_DISMISSAL_SLOW_HEAD,      /* 408 */
    HTTP_DISMISSAL_SLOW_BODY,      /* 408 */
    HTTP_DISMISSAL_SLOW_READER,    /* did not take its answer in time, or fell too far behind */
    HTTP_DISMISSAL_EVICTED,        /* made room for a newcomer, by the rule of http_room.h */
    HTTP_DISMISSAL_FULL,           /* a newcomer for whom nobody had to go */
    HTTP_DISMISSAL_ADDRESS_FULL,   /* a newcomer whose address has its share */
    HTTP_DISMISSAL_NO_RESOURCES,   /* memory, descriptors: 503, or closed without a word */
    HTTP_DISMISSAL_TLS_FAILED,     /* what it said was no TLS that we speak */
    HTTP_DISMISSAL_TLS_SLOW,       /* no handshake in time */
    HTTP_DISMISSAL_COUNT
};

const char *http_dismissal_name(enum http_dismissal dismissal); /* kebab-case: a label */
