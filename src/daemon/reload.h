/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Reading the configuration again while the node runs: option by option, what can change at once does, what cannot says
 * that it needs a restart, and with any mistake in it nothing changes at all.
 * Owns: the configurations it has read. Never: closes or drops anything of what runs (whoever applies a value must not
 * either).   Spec: CONTRACT 4. */

#include "base/json_writer.h"
#include "daemon/config/config.h"
#include "daemon/event_log.h"
#include "daemon/loop/loop.h"

struct reload;

struct reload_options {
    struct loop *loop; /* all borrowed until reload_free */
    struct event_log *events;
    const struct config_source *source;
    const struct config *started; /* what the node was started with */
    /* Puts a value into force; all other settings are those in force, or about to be. ERR_OK, or why it stays as it
     * was.
     */
    enum err (*apply)(void *context, enum option_id option, const struct settings *settings, struct err_detail *detail);
    void *context;
};
struct reload *reload_new(const struct reload_options *options);
void reload_free(struct reload *reload); /* accepts NULL */

/* Reads the file of the start and applies. False: there are mistakes in it (that it is gone is one), and all stays as
 * it was. */
bool reload_run(struct reload *reload);
/* What the last run did, as members of the open object: "ok", "file", "changes": [{"name","outcome","message"}] with
 * outcome applied | needs-restart | refused, "mistakes", "more". */
void reload_write_report(const struct reload *reload, struct json_writer *w);
/* What is in force, and what waits because it was refused or needs a restart; see config_json.h. */
void reload_write_config(const struct reload *reload, struct json_writer *w);
