import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { folderOf, services } from '../layout.ts';

/** A service that is only ready, and notes when it was asked to end. */
const standIn = `
import { createServer } from 'node:http';
const server = createServer((request, response) => response.end('ready'));
server.listen(Number(process.env.PORT), process.env.HOST);
process.on('SIGTERM', () => {
  console.log('asked to end at', Date.now());
  setTimeout(() => process.exit(0), 50);
});
`;

/** Makes a folder with a stand-in for every service. */
export async function makeStandIns(
  root: string,
  instead: Partial<Record<string, string>> = {},
): Promise<void> {
  await writeFile(join(root, 'package.json'), '{ "type": "module" }');
  for (const service of services) {
    const folder = join(root, folderOf(service), 'src');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'main.ts'), instead[service] ?? standIn);
  }
}
