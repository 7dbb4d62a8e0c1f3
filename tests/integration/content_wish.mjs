// SPDX-License-Identifier: Apache-2.0
// What is wanted here stays wanted: once the node has answered so, a kill -9 in the same moment takes none of it away.
//
//   content_wish.mjs SKEP

import { randomBytes } from "node:crypto";
import { filesOf } from "./lib/files.mjs";
import { Node, check, until } from "./lib/skep.mjs";

const ROUNDS = 10;
const node = await new Node().start();
const wanted = new Set();
for (let round = 0; round < ROUNDS; round++) {
  const ids = [1, 2, 3].map(() => randomBytes(32).toString("hex"));
  const { status, json } = await node.call("/api/v1/files/fetch", {
    method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ ids }),
  });
  await node.kill();
  if (status !== 200 || json.fetching !== ids.length) throw new Error(`${status} ${JSON.stringify(json)}`);
  for (const id of ids) wanted.add(id);
  await node.start();
}
// The start reads them back while the node already answers.
await until(`all ${wanted.size} that were answered for are wanted after ${ROUNDS} kills`, 10000, async () => {
  const files = await filesOf(node);
  return [...wanted].every((id) => files.get(id)?.state === "fetching");
});
check(true, `all ${wanted.size} that were answered for are wanted after ${ROUNDS} kills`);
check((await node.stop()).code === 0, "it ended with 0");
