// SPDX-License-Identifier: Apache-2.0
// A connection to npm's peer that is gone without a word, as after another network: the server still has it, and says to
// whoever comes that the id is taken. `skep echo` is back within seconds nevertheless, and is dialled.
//
//   node signaling_again.mjs SKEP

import { createServer, connect } from "node:net";
import { fileURLToPath } from "node:url";
import { Checks, bounded, freePort, listening, start, until } from "./lib/checks.mjs";

const checks = new Checks("signaling_again");

/** A cable between the client and the server that can be cut without either being told. */
function layCable(port, target) {
  const pairs = new Set();
  const server = createServer((near) => {
    const far = connect(target, "127.0.0.1");
    for (const end of [near, far]) end.on("error", () => {});
    near.pipe(far);
    far.pipe(near);
    pairs.add([near, far]);
  });
  server.listen(port, "127.0.0.1");
  return {
    cut: () => {
      for (const [near, far] of pairs) for (const end of [near, far]) end.unpipe(), end.resume(), end.removeAllListeners("end");
    },
    close: () => {
      server.close();
      for (const pair of pairs) for (const end of pair) end.destroy();
    },
  };
}

await bounded(checks, 90, async (cleanup) => {
  const [port, outer] = [await freePort(), await freePort()];
  const server = start(process.execPath, [fileURLToPath(new URL("lib/peer_server.mjs", import.meta.url)), String(port)]);
  cleanup.push(() => server.stop());
  if (!checks.ok("npm's peer listens", await listening(port))) return;
  const cable = layCable(outer, port);
  cleanup.push(() => cable.close());
  const id = `again${process.pid}`;
  const echo = start(process.argv[2], ["echo", "--signal", `http://127.0.0.1:${outer}/`, "--id", id]);
  cleanup.push(() => echo.stop());
  checks.ok("the endpoint is ready", await echo.says(`ready: ${id}`), echo.out);
  const began = Date.now();
  cable.cut();
  const isBack = await until(() => echo.out.split(`ready: ${id}`).length > 2, 30_000);
  checks.ok("it is back though the server has not noticed", isBack, echo.out, Date.now() - began);
  checks.ok("by the token of before: its id was taken", /taken/.test(echo.out), echo.out);
  const dialling = start(process.argv[2], ["echo", "--signal", `http://127.0.0.1:${port}/`, "--dial", id]);
  cleanup.push(() => dialling.stop());
  checks.ok("and it is dialled", await dialling.says("open"), dialling.out);
});
