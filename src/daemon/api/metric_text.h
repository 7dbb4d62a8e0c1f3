/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A sheet of metrics as text, in one of two dialects that differ in few words:
 *
 *   Prometheus 0.0.4     # TYPE skep_dials_total counter     skep_dials_total 4
 *   OpenMetrics 1.0.0    # TYPE skep_dials counter           skep_dials_total 4        and `# EOF` at the end
 *
 * A family of which nothing is known is left out with its head.
 * Owns: nothing.   Never: allocates, writes NaN.   Full: as the buffer.
 * Spec: Prometheus exposition formats, text 0.0.4; OpenMetrics 1.0.0. */

#include "daemon/api/metric.h"

enum metric_dialect { METRIC_PROMETHEUS, METRIC_OPENMETRICS };

const char *metric_content_type(enum metric_dialect dialect);
void metric_write(struct buffer *out, const struct metric_sheet *sheet, enum metric_dialect dialect);
/* A help or the value of a label: backslash and line feed are escaped everywhere, quotes where one ends the text. */
void metric_put_escaped(struct buffer *out, const char *text, bool escapes_quotes);
/* What a scraper would rather have, by its Accept header (RFC 9110, 12.5.1). Prometheus text when it has no preference,
 * or wants neither: an answer that it may not understand says more than none. */
enum metric_dialect metric_dialect_wanted(struct span accept);
