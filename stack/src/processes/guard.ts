import { spawn } from 'node:child_process';

// A shell can outlive its parent, and costs next to nothing. It reads lines of process ids, the last of which counts. When its
// input ends because this process is gone, for whatever reason, it ends those processes, by force after three seconds, and
// removes the folder.
const script = `
trap '' INT TERM HUP
pids=
while read -r line; do pids=$line; done
for pid in $pids; do kill -TERM "$pid" 2>/dev/null; done
tries=0
for pid in $pids; do
  while kill -0 "$pid" 2>/dev/null && [ $tries -lt 15 ]; do sleep 0.2; tries=$((tries + 1)); done
  kill -KILL "$pid" 2>/dev/null
done
[ -z "$1" ] || rm -rf "$1"
`;

export interface Guard {
  /** The process must not outlive this one. */
  watch(pid: number): void;
  /** The process is gone, and its id may soon belong to another one. */
  forget(pid: number): void;
  /** Asks the processes that are still watched to end. Resolves when they are gone. */
  dismiss(): Promise<void>;
  /** Ends the processes that are still watched, by force. */
  kill(): void;
}

/**
 * Makes sure that no server outlives this process, even if this process is ended by SIGKILL.
 *
 * @param folder removed at the end, if given
 */
export function standGuard(folder = ''): Guard {
  const shell = spawn('/bin/sh', ['-c', script, 'frontrow-guard', folder], {
    detached: true, // a Ctrl-C in the terminal must not reach it
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const gone = new Promise<void>((resolve) => shell.once('close', () => resolve()));
  shell.stdin.on('error', () => undefined); // somebody ended the shell: then nothing is guarded, but nothing else is wrong
  shell.unref();

  const watched = new Set<number>();
  const tell = () => void shell.stdin.write(`${[...watched].join(' ')}\n`);
  return {
    watch(pid) {
      watched.add(pid);
      tell();
    },
    forget(pid) {
      watched.delete(pid);
      tell();
    },
    async dismiss() {
      shell.ref();
      shell.stdin.end();
      await gone;
    },
    kill() {
      for (const pid of watched) {
        try {
          process.kill(pid, 'SIGKILL');
        } catch {
          // it has ended by itself
        }
      }
    },
  };
}
