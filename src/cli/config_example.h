/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* `skep config example`: a configuration file to begin with: every option with its default, as a comment. */

int config_example_run(int argc, char **argv, const char *help); /* gives an enum exit_code */
