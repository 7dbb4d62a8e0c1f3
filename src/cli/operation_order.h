/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* An operation as a command orders it of the node: POST /api/v1/operations. */

#include "cli/api_client.h"

/* Texts are borrowed; NULL and 0 are not sent. */
struct operation_order {
    const char *action, *node, *user, *address, *endpoint, *direction, *reason;
    int64_t for_ms, confirm_ms;
    bool is_dry_run;
};
/* Rows of an options table. */
#define OPERATION_ORDER_TIME(option, ms)                                                                               \
    { .name = (option), .kind = OPTIONS_DURATION, .into.integer = (ms), .min = 1, .max = 365 * 86400000L }
#define OPERATION_ORDER_REASON(order)                                                                                  \
    { .name = "reason", .kind = OPTIONS_TEXT, .into.text = &(order)->reason }
#define OPERATION_ORDER_DRY_RUN(order)                                                                                 \
    { .name = "dry-run", .kind = OPTIONS_FLAG, .into.flag = &(order)->is_dry_run }

/* Whether every text is short enough to be sent; the node has its own mind about each. */
bool operation_order_fits(const struct operation_order *order);
/* `order` fits. Gives an enum exit_code and, with EXIT_CODE_DONE, the node's answer, borrowed until the next call. */
int operation_order_send(struct api_client *client, const struct operation_order *order,
                         const struct json_value **answer);
/* The same, and prints the answer: as JSON, or of a dry run how many links would end, or `done`. */
int operation_order_carry_out(struct api_client *client, const struct operation_order *order, bool is_json,
                              const char *done);
