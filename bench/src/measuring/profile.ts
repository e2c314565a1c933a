import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What V8 writes with `--cpu-prof`: https://chromedevtools.github.io/devtools-protocol/tot/Profiler/#type-Profile */
interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string };
  }[];
  readonly samples: readonly number[];
  /** In microseconds. */
  readonly timeDeltas: readonly number[];
}

const idle = ['(idle)', '(program)', '(root)'];

/** Has every Node process that is started with this write its profile into the folder when it ends. */
export const profilingInto = (folder: string): NodeJS.ProcessEnv => ({
  NODE_OPTIONS: `--import=${new URL(`profiler.mjs?folder=${encodeURIComponent(folder)}`, import.meta.url).href}`,
});

/** Where the time of the processes that wrote profiles into this folder went: lines for people, the busiest process first. */
export function readProfiles(folder: string): string[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.cpuprofile'));
  return files
    .map((name) => summaryOf(JSON.parse(readFileSync(join(folder, name), 'utf8')) as Profile))
    .toSorted((a, b) => b.busyMs - a.busyMs)
    .flatMap(({ process, busyMs, parts }) => [
      `${process}: ${(busyMs / 1_000).toFixed(1)} s`,
      ...parts
        .slice(0, 12)
        .map(([part, ms]) => `  ${((100 * ms) / busyMs).toFixed(1).padStart(5)} %  ${part}`),
    ]);
}

function summaryOf({ nodes, samples, timeDeltas }: Profile) {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const spent = new Map<string, number>();
  let busyMs = 0;
  let process = 'a process';
  for (const { callFrame } of nodes) process = mainOf(callFrame.url) ?? process;
  for (const [index, id] of samples.entries()) {
    const frame = frames.get(id);
    if (frame === undefined || idle.includes(frame.functionName)) continue;
    const ms = (timeDeltas[index] ?? 0) / 1_000;
    const part = partOf(frame);
    spent.set(part, (spent.get(part) ?? 0) + ms);
    busyMs += ms;
  }
  return { process, busyMs, parts: [...spent].toSorted(([, a], [, b]) => b - a) };
}

const mainOf = (url: string) => /\/((?:subgraphs\/\w+|gateway))\/dist\/main\.js$/.exec(url)?.[1];

/** Whose code it is: a package's, a part of Frontrow's, Node's own, or the machine's below it. */
function partOf({ functionName, url }: { functionName: string; url: string }): string {
  const dependency = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1];
  if (dependency !== undefined) return dependency;
  if (url.startsWith('node:')) return url.replace(/^(node:[^/]+(?:\/[^/]+)?).*/, '$1');
  const part = /\/(subgraphs\/\w+|gateway|events|kit)\/dist\//.exec(url)?.[1];
  if (part !== undefined) return `Frontrow: ${part}`;
  return functionName === '(garbage collector)' ? functionName : `native: ${functionName || 'anonymous'}`;
}
