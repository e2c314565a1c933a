import { spawn } from 'node:child_process';

// A shell outlives its parent at next to no cost. It reads lines of process ids, of which the last counts; when its
// input ends because we are gone, whatever the reason, it ends those processes, by force after three seconds, and removes
// the folder.
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
  /** The process is gone: its number may be somebody else's soon. */
  forget(pid: number): void;
  /** Asks what is still watched to end. Resolves when it is gone. */
  dismiss(): Promise<void>;
  /** Ends what is still watched, by force. */
  kill(): void;
}

/**
 * Sees to it that no server outlives this process, even when it is ended by SIGKILL.
 *
 * @param folder removed at the end, if given
 */
export function standGuard(folder = ''): Guard {
  const shell = spawn('/bin/sh', ['-c', script, 'frontrow-guard', folder], {
    detached: true, // a Ctrl-C in the terminal is not meant for it
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const gone = new Promise<void>((resolve) => shell.once('close', () => resolve()));
  shell.stdin.on('error', () => undefined); // somebody ended it: nobody guards then, and nothing else is wrong
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
          // it ended by itself
        }
      }
    },
  };
}
