import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/**
 * Clients that ask for the same at once, in a process of their own, so that the process that is measured does not do their work.
 * @returns the length of each answer, in bytes
 */
export async function readElsewhere(url: string, query: string, clients: number): Promise<number[]> {
  const script = `
    const [, url, body, clients] = process.argv;
    const read = async () => {
      const headers = { 'content-type': 'application/json', 'accept-encoding': 'identity' };
      const { body: answer } = await fetch(url, { method: 'POST', headers, body });
      let length = 0;
      for await (const piece of answer) length += piece.length;
      return length;
    };
    const reading = Array.from({ length: Number(clients) }, read);
    Promise.all(reading).then((lengths) => console.log(JSON.stringify(lengths)));
  `;
  const args = ['--eval', script, url, JSON.stringify({ query }), String(clients)];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env: {} });
  return JSON.parse(stdout) as number[];
}
