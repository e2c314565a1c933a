import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gatewayUrl, type Layout } from './layout.ts';
import { birthOf } from './processes/birth.ts';

/** Says which process runs the system whose data is in this folder, and where its parts listen. */
interface Note extends Layout {
  pid: number;
  birth: string;
}

const noteFile = (home: string) => join(home, 'running.json');

/**
 * Notes that this process runs the system in `home`, so that two systems never share its data. A note left by a process that is
 * gone does not count.
 *
 * @returns a function that removes the note
 * @throws if another process runs it
 */
export function claim(home: string, layout: Layout): () => void {
  mkdirSync(home, { recursive: true });
  const note: Note = { pid: process.pid, birth: birthOf(process.pid) ?? '', ...layout };
  const draft = `${noteFile(home)}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(note, null, 2) + '\n');
  try {
    for (;;) {
      const other = readNote(home);
      if (other) {
        throw new Error(
          `Frontrow runs already out of ${home} (process ${other.pid}): ${gatewayUrl(other.ports)}. ` +
            'Stop that one first, with Ctrl-C where it was started.',
        );
      }
      rmSync(noteFile(home), { force: true });
      try {
        linkSync(draft, noteFile(home)); // unlike a rename, this fails if another process was quicker
        return () => rmSync(noteFile(home), { force: true });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
    }
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Where the system that runs from `home` listens at this moment; undefined if none runs. */
export function runningLayout(home: string): Layout | undefined {
  return readNote(home);
}

function readNote(home: string): Note | undefined {
  try {
    const note = JSON.parse(readFileSync(noteFile(home), 'utf8')) as Note;
    return note.birth === birthOf(note.pid) ? note : undefined;
  } catch {
    return undefined; // there is none, or none that can be read
  }
}
