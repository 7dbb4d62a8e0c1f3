/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The commands that order one thing about one node: `skep disconnect NODE` and its like. They differ in the action and
 * in their words.   Owns: nothing. */

#include "cli/operation_order.h"

struct node_order {
    const char *command; /* "skep disconnect" */
    const char *help;
    const char *action;
    const char *done;                                             /* what is said when it is done */
    bool takes_address;                                           /* [NODEID@]IP:PORT too */
    bool takes_time;                                              /* --for */
    int (*without_node)(struct api_client *client, bool is_json); /* NULL: the node must be named */
};
int node_order_run(const struct node_order *what, int argc, char **argv);
