// SPDX-License-Identifier: Apache-2.0
// Nodes with addresses of both families: they link by IPv6 where it works and by IPv4 where it only seems to, without
// losing seconds over it, and learn for each family whether they can be reached.

import { Network } from "./lib/network.mjs";
import { check, isOneMesh, until } from "./lib/skep.mjs";

const network = await Network.make();
const beaconHost = await network.host("beacon");
const beacon = await beaconHost.run({ args: ["--roles", "beacon"] });
const args = ["--beacon", `http://${beaconHost.address}:8781`];
const hosts = [];
for (const name of ["a", "b", "c", "d"]) hosts.push(await network.host(name, { ipv6: true }));
const nodes = await Promise.all(hosts.map((host) => host.run({ args })));
await until("all are one mesh", 20000, () => isOneMesh(nodes));

const { ms: publicMs } = await until("all are public by IPv6", 200000, async () => {
  for (const node of nodes) {
    const { reachability } = await node.get("/api/v1/node");
    if (reachability.ipv6.state !== "public") return false;
  }
  return true;
});
check(true, `all are public by IPv6 after ${publicMs} ms`);

// The first packets of a network are slow; now that all know their neighbours IPv6 answers in time.
const isIpv6 = (link) => link.address.startsWith("[");
const [broken, renewed, ...others] = nodes;
await renewed.stop();
await renewed.start();
await until("it is linked with all", 10000, async () => (await renewed.openLinks()).length === 3);
const dialled = (await renewed.openLinks()).filter((link) => link.direction === "outbound");
check(dialled.length > 0 && dialled.every(isIpv6), `${dialled.length} links that a node dialled are by IPv6`);

// A network that promises IPv6 and loses it.
await broken.stop();
hosts[0].cable.cutIpv6();
await broken.start();
const { ms: linkedMs } = await until("it is linked all the same", 10000, async () => (await broken.openLinks()).length > 0);
check(linkedMs < 3000, `a node whose IPv6 is lost on the way is linked by IPv4 after ${linkedMs} ms`);
check(!(await broken.openLinks()).some(isIpv6), "none of its links is by IPv6");

const ends = await Promise.all([broken, renewed, ...others, beacon].map((node) => node.stop()));
check(ends.every((end) => end.code === 0), "every node ended with 0");
process.exit(0);
