/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The door between the program and the module libskep_webrtc.so, which holds the thread and everything that foreign
 * libraries do for it. The module is built from the folder thread/ and has copies of its own of the few pure files that
 * it needs; it exports one name.
 * Owns: nothing.   Never: a module of another build is used: its `build` says which it is. */

#include "daemon/link/webrtc/rtc_queue.h"

struct rtc_thread;

struct rtc_module {
    const char *build; /* RTC_MODULE_BUILD as the module was compiled */
    /* The thread takes commands and reports until it has taken STOP. One at a time: usrsctp is one for the process. */
    enum err (*start)(struct rtc_thread **thread, struct rtc_queue *commands, struct rtc_queue *reports,
                      struct err_detail *detail);
    void (*join)(struct rtc_thread *thread); /* after STOP was put: waits for its end, 2 s at most, and frees it */
};

#define RTC_MODULE_FILE   "libskep_webrtc.so"
#define RTC_MODULE_SYMBOL "skep_webrtc_module"
#define RTC_MODULE_BUILD  "skep " SKEP_VERSION " webrtc 1"

/* Loads it, and with it the libraries; it stays until the process ends, because GLib cannot be unloaded. NULL: the
 * detail says what is missing. */
const struct rtc_module *rtc_module_load(struct err_detail *detail);
