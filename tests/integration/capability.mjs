// SPDX-License-Identifier: Apache-2.0
// A machine whose crypto library does not verify: `capability.mjs SKEP LIBRARY`. The node takes no part, opens nothing to
// strangers, and its API says why.

import { Node, check } from "./lib/skep.mjs";

const library = process.argv[3];
const wrap = ["env", `LD_PRELOAD=${library}`,
  `ASAN_OPTIONS=${process.env.ASAN_OPTIONS ?? ""}:verify_asan_link_order=0`];
const peer = await new Node().start();
const node = await new Node({ wrap, args: ["--roles", "node,beacon", "--peer", peer.listen] }).start();

const { node: panel, rendezvous, mesh, alerts } = await node.get("/api/v1/snapshot");
check(node.listen === null && node.serve === null, "nothing is open to strangers");
check(panel.lacks === "Ed25519" && panel.state === "cut-off", "the node says what it lacks");
check(mesh === null && rendezvous.state === "off" && rendezvous.reason.includes("capability"), "so do its panels");
check(alerts.items.length === 1 && alerts.items[0].code === "capability-missing", "and its alerts");
const ready = await node.call("/readyz");
check(ready.status === 503 && ready.json.failing[0] === "capability", "it is not ready");
check((await node.events()).some((event) => event.code === "capability-missing"), "it was told when it was found");
check((await peer.openLinks()).length === 0, "nobody was called");
check((await node.stop()).code === 0, "and it stops as it should");
check((await new Node().start()).api !== null, "without that library a node starts as ever");
process.exit(0);
