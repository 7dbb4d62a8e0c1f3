/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* `skep config show`: the value of each option and where it comes from, as a start would take it or (--running) as the
 * node that runs has it. */

int config_show_run(int argc, char **argv, const char *help); /* gives an enum exit_code */
