import { readFileSync } from 'node:fs';

// The resources that other processes use, which `process.cpuUsage` does not report. They come from proc(5), so on Linux only.

/** A tick of times(2), which is 10 ms in everything that Linux reports to users. */
const tickMs = 10;

/** Processor time in ms, by process. */
export type CpuTimes = Readonly<Record<string, number>>;

/**
 * The processor time that each of these processes has used so far, and that everything else on this machine has used: `others`.
 */
export function cpuTimes(pids: Readonly<Record<string, readonly number[]>>): CpuTimes {
  const times = Object.fromEntries(Object.entries(pids).map(([name, all]) => [name, sum(all.map(cpuMsOf))]));
  return { ...times, others: cpuMsOfAll() - sum(Object.values(times)) };
}

/** The memory of a process that neither belongs to a file nor is shared, in KB. */
export const memoryOf = (pid: number): number =>
  Number(/^RssAnon:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);

function cpuMsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The second field is the program's name in brackets, which may contain any characters; the 14th and 15th are utime and stime.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * tickMs;
}

function cpuMsOfAll(): number {
  const [line = ''] = readFileSync('/proc/stat', 'utf8').split('\n', 1);
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = line.split(/\s+/).slice(1).map(Number);
  return (user + nice + system + irq + softirq) * tickMs;
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);
