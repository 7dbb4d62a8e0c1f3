/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Figures over time as one line of small bars. Owns: nothing.   Never: draws what is not known. */

#include "base/bytes.h"

/* `count` values in `columns` bars (no more than there are values): each is the highest that is known of its part, on a
 * scale that ends at `top`; where nothing is known (negative) there is a blank. */
void spark_write(struct buffer *out, const double *values, size_t count, size_t columns, double top);
