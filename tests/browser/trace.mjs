/* SPDX-License-Identifier: Apache-2.0 */
/* What a page does on its main thread, from Chromium's own trace: the work of each frame and the longest task. Times
 * are of the thread's processor, so that a busy machine does not count as the page's work. */

const categories = ["devtools.timeline", "disabled-by-default-devtools.timeline", "v8", "__metadata"];

const kinds = {
  scripting: ["EvaluateScript", "EventDispatch", "FireAnimationFrame", "FunctionCall", "MajorGC", "MinorGC",
    "RunMicrotasks", "TimerFire", "v8.compile"],
  layout: ["Layout", "UpdateLayoutTree", "HitTest"],
  paint: ["PrePaint", "Paint", "Layerize", "Commit"],
};
const kindOf = new Map(Object.entries(kinds).flatMap(([kind, names]) => names.map((name) => [name, kind])));

/** The trace events of `ms` of the page's life. */
export async function record(context, page, ms) {
  const session = await context.browser().newBrowserCDPSession();
  const events = [];
  session.on("Tracing.dataCollected", ({ value }) => events.push(...value));
  const whole = new Promise((done) => session.once("Tracing.tracingComplete", done));
  await session.send("Tracing.start", { traceConfig: { includedCategories: categories } });
  await page.evaluate(() => console.timeStamp("begin"));
  await page.waitForTimeout(ms);
  await session.send("Tracing.end");
  await whole;
  await session.detach();
  return events;
}

/** The finished events of the thread that scripts of the page run on, by their begin; the outer of two comes first. */
function mainThread(events) {
  const mark = events.find(({ name, args }) => name === "TimeStamp" && args.data?.message === "begin");
  if (mark === undefined) throw new Error("the trace does not say which thread is the page's");
  return events
    .filter(({ ph, pid, tid }) => ph === "X" && pid === mark.pid && tid === mark.tid)
    .sort((a, b) => a.ts - b.ts || b.dur - a.dur);
}

const spent = ({ tdur, dur }) => (tdur ?? dur) / 1_000;

/** { frames: [{ scripting, layout, paint, all }], longestTask, longestTaskByTheClock }, in ms. A frame is what was
 * done from one commit to the next; of events within each other the outer one counts. */
export function readTrace(events) {
  const frames = [];
  const nobody = () => ({ scripting: 0, layout: 0, paint: 0, all: 0 });
  let frame = nobody();
  let end = 0;
  let tasks = [];
  for (const event of mainThread(events)) {
    if (event.name === "RunTask") tasks.push(event);
    const kind = kindOf.get(event.name);
    if (kind !== undefined && event.ts >= end) {
      end = event.ts + event.dur;
      frame[kind] += spent(event);
      frame.all += spent(event);
    }
    if (event.name !== "Commit") continue;
    frames.push(frame);
    frame = nobody();
  }
  return {
    frames,
    longestTask: Math.max(...tasks.map(spent)),
    longestTaskByTheClock: Math.max(...tasks.map(({ dur }) => dur / 1_000)),
  };
}
