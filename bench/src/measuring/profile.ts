import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The file that V8 writes with `--cpu-prof`: https://chromedevtools.github.io/devtools-protocol/tot/Profiler/#type-Profile */
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
/** What starts and ends the profile. */
const isProfiler = ({ functionName, url }: { functionName: string; url: string }) =>
  functionName === 'dispatch' || url === 'node:inspector';

/**
 * The environment in which every Node process writes its profile into the folder when it ends, provided that the folder exists by
 * then.
 * @throws if the folder exists already, because the processes would then be profiled from their start
 */
export function profilingInto(folder: string): NodeJS.ProcessEnv {
  if (existsSync(folder)) throw new Error(`${folder} exists already: name a folder that does not.`);
  return {
    NODE_OPTIONS: `--import=${new URL(`profiler.mjs?folder=${encodeURIComponent(folder)}`, import.meta.url).href}`,
  };
}

/** Begins to profile the processes, so that their start and the preparation are left out. */
export function beginProfiles(folder: string): void {
  mkdirSync(folder, { recursive: true });
}

/** A part that takes more than this share of a process's time, in percent, gets a row of its own in the table. */
const leastShare = 4;
const busiest = 5;

/**
 * Where the time of the processes went that wrote profiles into this folder. The result is a table in Markdown: its columns are
 * the busiest processes, its rows are packages and areas, with their share of each process's own time, in percent.
 */
export function readProfiles(folder: string): string[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.cpuprofile'));
  const processes = files
    .map((name) => ({
      process: name.replace(/-\d+\.cpuprofile$/, ''),
      ...summaryOf(JSON.parse(readFileSync(join(folder, name), 'utf8')) as Profile),
    }))
    .toSorted((a, b) => b.busyMs - a.busyMs)
    .slice(0, busiest);
  const percentOf = ({ spent, busyMs }: Summary, part: string) => (100 * (spent.get(part) ?? 0)) / busyMs;
  const parts = [...new Set(processes.flatMap(({ spent }) => [...spent.keys()]))];
  const most = (part: string) => Math.max(...processes.map((process) => percentOf(process, part)));
  const rows = parts.filter((part) => most(part) >= leastShare).toSorted((a, b) => most(b) - most(a));
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rest = processes.map(
    (process) => 100 - rows.reduce((sum, part) => sum + percentOf(process, part), 0),
  );
  return [
    row(['% of its own time', ...processes.map(({ process }) => process)]),
    row(['---', ...processes.map(() => '---')]),
    row(['busy, s', ...processes.map(({ busyMs }) => (busyMs / 1_000).toFixed(1))]),
    ...rows.map((part) => row([part, ...processes.map((process) => percentOf(process, part).toFixed(0))])),
    row(['everything else', ...rest.map((percent) => percent.toFixed(0))]),
  ];
}

interface Summary {
  readonly busyMs: number;
  /** In ms, by package or area. */
  readonly spent: ReadonlyMap<string, number>;
}

function summaryOf({ nodes, samples, timeDeltas }: Profile): Summary {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const spent = new Map<string, number>();
  let busyMs = 0;
  for (const [index, id] of samples.entries()) {
    const frame = frames.get(id);
    if (frame === undefined || idle.includes(frame.functionName) || isProfiler(frame)) continue;
    const ms = (timeDeltas[index] ?? 0) / 1_000;
    const part = partOf(frame);
    spent.set(part, (spent.get(part) ?? 0) + ms);
    busyMs += ms;
  }
  return { busyMs, spent };
}

/** Whose code it is: that of a package, of a part of Frontrow, of Node, or of the machine below it. */
function partOf({ functionName, url }: { functionName: string; url: string }): string {
  const dependency = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1];
  if (dependency !== undefined) return dependency;
  if (url.startsWith('node:')) return url.replace(/^(node:[^/]+(?:\/[^/]+)?).*/, '$1');
  const part = /\/(subgraphs\/\w+|gateway|events|kit)\/dist\//.exec(url)?.[1];
  if (part !== undefined) return `Frontrow: ${part}`;
  return functionName === '(garbage collector)' ? functionName : `native: ${functionName || 'anonymous'}`;
}
