/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* `skep ticket verify`: is this envelope a ticket that holds, and if not, why not.
 * Never: needs a node; writes anywhere.   Spec: CONTRACT 3, reference 3.3. */

int ticket_verify_run(int argc, char **argv); /* as struct command's run */
