/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Headers whose value is a list with commas between.
 * Owns: nothing.   Spec: RFC 9110, 5.6.1 and 13.1.2. */

#include "base/bytes.h"

/* Cuts off the first item and gives it without the blanks around it. */
struct span header_list_take(struct span *list);
/* Whether an If-None-Match names this ETag (with its quotes). */
bool header_list_has_tag(struct span if_none_match, const char *tag);
