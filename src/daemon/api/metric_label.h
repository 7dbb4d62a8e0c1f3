/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What the labels of a series say. Every word comes from a table of this program, so that nobody outside can make a
 * series, or read another's text in one.
 * Owns: nothing.   Never: sees anything of a peer. */

#include "daemon/api/metric.h"

struct metric_label {
    const char *key; /* empty = there is none */
    const char *value;
};
enum { METRIC_LABELS_MAX = 2 }; /* of one series */
/* The labels of the family's series `index`. */
void metric_labels_of(const struct metric_family *family, size_t index, struct metric_label labels[METRIC_LABELS_MAX]);
