/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* `skep config reload`: the running node reads its configuration again, and what came of it is printed, option by
 * option. */

int config_reload_run(int argc, char **argv, const char *help); /* gives an enum exit_code */
