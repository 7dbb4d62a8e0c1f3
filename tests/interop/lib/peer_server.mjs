// SPDX-License-Identifier: Apache-2.0
// The reference's signaling server (npm `peer`) on a port of this machine: node peer_server.mjs PORT

import { createRequire } from "node:module";

const { PeerServer } = createRequire(import.meta.url)("peer");
PeerServer({ host: "127.0.0.1", port: Number(process.argv[2]), path: "/" }, () => console.log("ready"));
process.on("SIGTERM", () => process.exit(0));
