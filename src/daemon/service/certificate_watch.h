/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Tells in time that the certificate of HTTPS ends, once a day from two weeks before, and that its key lies open.
 * Owns: a timer.   Never: reads the files (http_server_set_tls does). */

#include "daemon/event_log.h"
#include "daemon/http/http.h"

enum { CERTIFICATE_WARNED_DAYS = 14 };

struct certificate_watch;

struct certificate_watch *certificate_watch_new(struct loop *loop,
                                                struct event_log *events); /* borrowed; events may be NULL */
void certificate_watch_free(struct certificate_watch *watch);              /* accepts NULL */
/* What has just been loaded: told at once if there is something to tell. */
void certificate_watch_set(struct certificate_watch *watch, const struct http_tls_facts *facts, const char *key_file);
