/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* `skep config check`: whether the configuration is right: every mistake with its place, or "ok". */

int config_check_run(int argc, char **argv, const char *help); /* gives an enum exit_code */
