/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The terminal for something that draws whole frames: another screen, no echo, keys as they come.
 * The drawing is done by a child of this process, and the parent only waits for its end and puts the terminal back: so
 * the terminal is itself again whatever ends the drawing, a crash and a kill too, and Ctrl-C ends it at once, even
 * while it waits for an answer. Owns: the terminal's state between the begin and the end of top_screen_run. Never: lets
 * a line that is too long wrap.   Full: cannot be. */

#include "base/bytes.h"

struct top_screen {
    int signals;   /* tells of another size */
    bool has_keys; /* standard input is the terminal, too */
};
/* Runs `draw` in a child with the terminal prepared, and gives its exit code. A signal that ended it ends us as well.
 */
int top_screen_run(int (*draw)(void *context, struct top_screen *screen), void *context);

/* ---- For `draw` ---- */

void top_screen_size(size_t *columns, size_t *rows);
void top_screen_show(const struct buffer *frame);
/* Until the time is up, the size is another, or a key was pressed. False: it was q. */
bool top_screen_wait(struct top_screen *screen, int64_t ms);
