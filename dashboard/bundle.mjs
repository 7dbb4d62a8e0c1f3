/* SPDX-License-Identifier: Apache-2.0 */
/* Bundles the page into app.js, which comes with it, and late.js, which comes when something of it
 * is first opened. What both use is in app.js alone: late.js imports it from there, so that there is
 * one of each signal. docs/decisions/0018-late-script.md says why not by esbuild's chunks as they are. */

import { build } from "esbuild";
import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { defsPlugin } from "./defs_plugin.mjs";
import { uplotPlugin } from "./uplot_plugin.mjs";

const here = dirname(fileURLToPath(import.meta.url));

const shared = {
  bundle: true,
  minify: true,
  format: "esm",
  target: ["es2021", "chrome108", "firefox110", "safari16"],
  charset: "utf8",
  legalComments: "none",
  logLevel: "warning",
};
const ofPage = {
  ...shared,
  absWorkingDir: here,
  jsx: "automatic",
  jsxImportSource: "preact",
  metafile: true,
};
const banner = {
  js: "/* Preact, Preact Signals, uPlot: MIT, third-party-licenses.txt */",
};

/** esbuild's own split: app.js, late.js, and a chunk that both import. */
async function split(outdir) {
  const { metafile } = await build({
    ...ofPage,
    entryPoints: { app: "src/main.tsx", late: "src/late.tsx" },
    outdir,
    splitting: true,
    plugins: [defsPlugin, uplotPlugin],
  });
  const chunks = (await readdir(outdir)).filter((name) => /^chunk-\w+\.js$/.test(name));
  if (chunks.length !== 1) throw new Error(`one shared chunk was expected: ${chunks.join(" ")}`);
  const styles = Object.entries(metafile.outputs).find(([name]) => name.endsWith("/app.css"));
  return { chunk: chunks[0], appStyles: new Set(Object.keys(styles?.[1].inputs ?? {})) };
}

/** The names that the late script takes from the chunk. */
function takenNames(source, chunk) {
  const names = new Set();
  for (const [, list, from] of source.matchAll(/import\s*\{([^}]*)\}\s*from\s*"\.\/([^"]+)"/g)) {
    if (from !== chunk) throw new Error(`late.js imports ${from}`);
    for (const item of list.split(",")) names.add(item.trim().split(/\s+as\s+/)[0]);
  }
  if (names.size === 0) throw new Error("late.js shares nothing with app.js");
  return [...names];
}

/** app.js is esbuild's app.js and its chunk in one, and exports what late.js takes. Short names mean
 * something else in another build, so late.js also takes a name that only this build has. */
async function meld(from, outdir, chunk) {
  const late = await readFile(join(from, "late.js"), "utf8");
  const names = takenNames(late, chunk);
  const stamp = `build_${createHash("sha256").update(late).update(chunk).digest("hex").slice(0, 12)}`;
  const entry = (contents) => ({ stdin: { contents, resolveDir: from } });
  await build({
    ...shared,
    ...entry(
      `import "./app.js"; export { ${names.join(", ")} } from "./${chunk}"; export const ${stamp} = 0;`,
    ),
    outfile: join(outdir, "app.js"),
    banner,
  });
  await build({
    ...shared,
    ...entry(`import { ${stamp} } from "./${chunk}"; export * from "./late.js"; export const build = ${stamp};`),
    outfile: join(outdir, "late.js"),
    plugins: [
      {
        name: "shared-from-app",
        setup(build) {
          const filter = new RegExp(`^\\./${chunk.replace(".", "\\.")}$`);
          build.onResolve({ filter }, () => ({ path: "./app.js", external: true }));
        },
      },
    ],
  });
}

/** Styles of late panels, without those that come with the page. */
async function styles(from, outdir, appStyles) {
  await writeFile(join(outdir, "app.css"), await readFile(join(from, "app.css")));
  const { outputFiles } = await build({
    ...ofPage,
    entryPoints: { late: "src/late.tsx" },
    outdir: from,
    write: false,
    plugins: [
      defsPlugin,
      {
        name: "styles-of-app-are-there",
        setup(build) {
          build.onResolve({ filter: /\.css$/ }, ({ path, resolveDir }) =>
            appStyles.has(resolve(resolveDir, path).slice(here.length + 1))
              ? { path, namespace: "there" }
              : undefined,
          );
          build.onLoad({ filter: /.*/, namespace: "there" }, () => ({ contents: "", loader: "css" }));
        },
      },
    ],
  });
  const late = outputFiles.find(({ path }) => path.endsWith(".css"));
  await writeFile(join(outdir, "late.css"), late?.text ?? "");
}

export async function bundle(outdir) {
  const from = await mkdtemp(join(tmpdir(), "skep-bundle-"));
  try {
    const { chunk, appStyles } = await split(from);
    await meld(from, outdir, chunk);
    await styles(from, outdir, appStyles);
  } finally {
    await rm(from, { recursive: true, force: true });
  }
}
