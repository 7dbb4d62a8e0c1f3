// SPDX-License-Identifier: Apache-2.0
// The way into a network namespace from outside it: runs inside, listens on a socket file (which namespaces share), and
// joins each connection with a port on its own loopback. The first line of a connection is that port.
//
//   ip netns exec NAME node gate.mjs SOCKET_FILE

import { connect, createServer } from "node:net";

function join(near, port) {
  const far = connect({ host: "127.0.0.1", port });
  near.pipe(far).pipe(near);
  for (const [one, other] of [[near, far], [far, near]]) {
    one.on("error", () => other.destroy());
    one.on("close", () => other.destroy());
  }
}

function greet(near) {
  const chunk = near.read();
  if (chunk === null) return;
  const end = chunk.indexOf(10);
  if (end < 0) return near.destroy(); // a port is shorter than any packet
  near.unshift(chunk.subarray(end + 1));
  join(near, Number(chunk.subarray(0, end)));
}

createServer((near) => {
  near.on("error", () => {});
  near.once("readable", () => greet(near));
}).listen(process.argv[2], () => console.log("ready"));
