/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What `skep echo` says of what happens: a line on stdout for each thing, for people or, with --json, an object.
 * Owns: nothing.   Never: lets bytes from outside reach a terminal as they are; holds a line back.   Spec: CONTRACT 3.
 */

#include "daemon/peerjs/data_connection.h"

struct echo_report {
    bool is_json;
};

void echo_report_ready(const struct echo_report *report, const char *id, const char *url);
void echo_report_signaling(const struct echo_report *report, const char *url, const char *why); /* it failed */
void echo_report_unreached(const struct echo_report *report, int64_t after_ms);
void echo_report_dialling(const struct echo_report *report, unsigned number, const char *peer);
void echo_report_open(const struct echo_report *report, unsigned number, const struct data_look *look);
/* A message that was not read, or not sent back. */
void echo_report_lost(const struct echo_report *report, unsigned number, bool was_read, enum peerjs_fault fault);
void echo_report_closed(const struct echo_report *report, unsigned number, const struct data_look *look,
                        enum data_end end, const char *detail);
void echo_report_leaving(const struct echo_report *report, size_t open);
