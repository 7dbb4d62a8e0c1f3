/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* `skep ticket create`: signs a ticket with a key file and prints its envelope.
 * Never: makes a ticket that readers would refuse for its form; keeps the key longer than it needs it.
 * Spec: CONTRACT 3, WIRE W1. */

int ticket_create_run(int argc, char **argv); /* as struct command's run */
