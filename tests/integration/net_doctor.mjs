// SPDX-License-Identifier: Apache-2.0
// Two nodes, and what a doctor says of the way between them: a good one, one that loses three packets in ten, and one
// that was cut in the middle, which nobody is told of.

import { Network } from "./lib/network.mjs";
import { check, until } from "./lib/skep.mjs";

const network = await Network.make();
const hereHost = await network.host("here");
const thereHost = await network.host("there");
const there = await thereHost.run();
const here = await hereHost.run({ args: ["--peer", `${thereHost.address}:8782`] });
await until("they are linked", 20000, async () => (await here.openLinks()).length === 1);
const [{ nodeId }] = await here.openLinks();

/** The steps of a diagnosis that the node makes: the command cannot reach into its namespace. */
async function examine() {
  const { json, status } = await here.call("/api/v1/doctor", { method: "POST", body: JSON.stringify({ nodeId }) });
  if (status !== 202) throw new Error(`no diagnosis: ${status}`);
  let item;
  const { ms } = await until("the diagnosis is over", 15000, async () => {
    item = (await here.get("/api/v1/doctor")).items.find(({ id }) => id === json.id);
    return item.endedAt !== null;
  });
  const step = (name) => item.steps.find((one) => one.check === name || one.title === name);
  return { steps: item.steps, step, ms };
}
const isFresh = ({ step }) => /^it answers/.test(step("far").text);

const well = await examine();
check(isFresh(well) && well.step("far").result === "ok", well.step("far").text);
check(/^198\.18\.\d+\.2:8782 takes connections/.test(well.step("address").text), well.step("address").text);
check(new RegExp(`^it sees us at ${hereHost.address}:`).test(well.step("Our address").text), well.step("Our address").text);

// The other end may be asked again in a while; what is lost on the way is sent again, and the answer comes.
thereHost.cable.lose(0.3);
let lossy;
await until("it answers over a way that loses", 30000, async () => isFresh((lossy = await examine())));
check(lossy.step("Its clock").result === "ok", `over a lossy way: ${lossy.step("far").text}`);
thereHost.cable.lose(0);

await until("it answers over a good way again", 30000, async () => isFresh(await examine()));
// Within the time in which it may not be asked again the cable is cut: the link is still there, and nobody answers.
let cut;
const asked = Date.now();
await until("it may be asked soon", 15000, () => Date.now() - asked > 11500);
thereHost.cable.cut();
cut = await examine();
check(/does not answer, after \d{4} ms \(timeout\)/.test(cut.step("address").text), cut.step("address").text);
check(/said nothing within 5 s, though the link is open/.test(cut.step("far").text), cut.step("far").text);
check(cut.ms < 7000, `all of it took ${cut.ms} ms`);
thereHost.cable.mend();
await until("it answers again", 60000, async () => isFresh(await examine()));
check(true, "once the cable is mended it answers again");
check((await here.stop()).code === 0 && (await there.stop()).code === 0, "both ended with 0");
process.exit(0);
