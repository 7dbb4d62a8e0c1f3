/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The handler of each message: <concern>_on_<message>, declared from defs/messages.def and called by engine.c alone.
 * A handler gets a message that is valid, on a link that is open (hello and goodbye also while handshaking). */

#include <stdint.h>

struct engine;
struct link_row;

#define MESSAGE(type, NAME, name, wire_name, concern)                                                                  \
    struct name;                                                                                                       \
    void concern##_on_##name(struct engine *engine, struct link_row *link, const struct name *name, int64_t now_ms);
#include "messages.def"
#undef MESSAGE
