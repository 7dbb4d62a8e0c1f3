/* SPDX-License-Identifier: Apache-2.0 */
#include "base/memory.h"
#include "base/must.h"
#include "daemon/loop/state.h"

struct loop_turn {
    struct loop_handle handle; /* first, so that closing frees the whole */
    void (*ends)(void *context);
    bool is_wanted;
    bool is_ending; /* `ends` runs */
};

/* libuv prepares right before it waits. What is started meanwhile would be prepared after that wait: hence the loop. */
static void turn_ended(uv_prepare_t *prepare) {
    struct loop_turn *turn = prepare->data;
    (void)uv_prepare_stop(prepare);
    turn->is_ending = true;
    while (turn->is_wanted) {
        turn->is_wanted = false;
        turn->ends(turn->handle.context);
    }
    turn->is_ending = false;
}

struct loop_turn *loop_turn_open(struct loop *loop, void (*ends)(void *context), void *context) {
    struct loop_turn *turn = memory_zeroed(1, sizeof *turn);
    must(uv_prepare_init(&loop->uv, &turn->handle.uv.prepare) == 0); /* libuv: cannot fail */
    turn->ends = ends;
    loop_handle_opened(loop, &turn->handle, context);
    return turn;
}

void loop_turn_want(struct loop_turn *turn) {
    if (turn->is_wanted) return;
    turn->is_wanted = true;
    if (!turn->is_ending) must(uv_prepare_start(&turn->handle.uv.prepare, turn_ended) == 0);
}

void loop_turn_close(struct loop_turn *turn) {
    if (turn == NULL) return;
    turn->is_wanted = false;
    loop_handle_close(&turn->handle);
}
