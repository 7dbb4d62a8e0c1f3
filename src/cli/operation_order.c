/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/operation_order.h"

#include <stdio.h>
#include <string.h>

#include "base/json_writer.h"
#include "base/must.h"
#include "cli/command.h"

/* Each text may be six times as long in JSON: six of them, with the rest, are under BODY_MAX. */
enum { TEXT_MAX = 300, BODY_MAX = 16384 };

static bool is_short(const char *text) {
    return text == NULL || strlen(text) <= TEXT_MAX;
}

bool operation_order_fits(const struct operation_order *order) {
    return is_short(order->action) && is_short(order->node) && is_short(order->user) && is_short(order->address) &&
           is_short(order->endpoint) && is_short(order->direction) && is_short(order->reason);
}

static void put_some(struct json_writer *w, const char *name, const char *text) {
    if (text != NULL) json_put_text(w, name, text);
}

static void put_target(struct json_writer *w, const struct operation_order *order) {
    if (order->node == NULL && order->user == NULL && order->address == NULL && order->endpoint == NULL) return;
    json_open_object(w, "target");
    put_some(w, "nodeId", order->node);
    put_some(w, "userId", order->user);
    put_some(w, "address", order->address);
    put_some(w, "endpoint", order->endpoint);
    json_close_object(w);
}

static void put_params(struct json_writer *w, const struct operation_order *order) {
    if (order->direction == NULL) return;
    json_open_object(w, "params");
    json_put_text(w, "direction", order->direction);
    json_close_object(w);
}

static void write_body(struct buffer *out, const struct operation_order *order) {
    struct json_writer w = json_writer_into(out);
    json_open_object(&w, NULL);
    json_put_text(&w, "action", order->action);
    put_target(&w, order);
    put_params(&w, order);
    if (order->for_ms > 0) json_put_integer(&w, "forMs", order->for_ms);
    if (order->confirm_ms > 0) json_put_integer(&w, "confirmWithinMs", order->confirm_ms);
    put_some(&w, "reason", order->reason);
    if (order->is_dry_run) json_put_boolean(&w, "dryRun", true);
    json_close_object(&w);
}

int operation_order_send(struct api_client *client, const struct operation_order *order,
                         const struct json_value **answer) {
    uint8_t memory[BODY_MAX];
    struct buffer body = buffer_over(memory, sizeof memory - 1);
    write_body(&body, order);
    must(!body.overflowed);
    memory[body.size] = '\0';
    return api_client_post(client, "/api/v1/operations", (const char *)memory, answer);
}

int operation_order_carry_out(struct api_client *client, const struct operation_order *order, bool is_json,
                              const char *done) {
    const struct json_value *answer;
    const int exit_code = operation_order_send(client, order, &answer);
    if (exit_code != EXIT_CODE_DONE) return exit_code;
    if (is_json)
        api_client_print(answer);
    else if (order->is_dry_run)
        (void)printf("links that would end: %.0f\n", api_client_number(json_member(answer, "impact"), "linksCut"));
    else
        (void)puts(done);
    return EXIT_CODE_DONE;
}
