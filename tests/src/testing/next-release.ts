import { existsSync } from 'node:fs';
import { appendFile, cp, mkdir, readFile, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rootFolder } from '@frontrow/stack/home';
import { folderOf, services } from '@frontrow/stack/layout';

/** What each process of the next release writes into its log. */
export const mark = 'This is the next release.';

/**
 * A later checkout to upgrade to: this one, compiled, with one more migration of payments. Its services say which release they are.
 * @returns the folder
 */
export async function makeNextRelease(folder: string): Promise<string> {
  const parts = ['kit', 'events', ...services.map(folderOf)];
  for (const part of parts) {
    await cp(join(rootFolder, part), join(folder, part), {
      recursive: true,
      filter: (from) => !from.slice(rootFolder.length).includes('node_modules'),
    });
    const own = join(rootFolder, part, 'node_modules');
    if (existsSync(own)) await symlink(own, join(folder, part, 'node_modules'));
  }
  await cp(join(rootFolder, 'package.json'), join(folder, 'package.json'));
  await symlink(join(rootFolder, 'storefront'), join(folder, 'storefront'));
  await linkLibraries(folder, parts);
  await addMigration(join(folder, 'subgraphs/payments/dist/storage/migrations.js'));
  for (const service of services)
    await appendFile(join(folder, folderOf(service), 'dist/main.js'), `\nconsole.log('${mark}');\n`);
  return folder;
}

/** All libraries are links to those of this checkout; the workspace's own packages are copies. */
async function linkLibraries(folder: string, parts: readonly string[]): Promise<void> {
  const modules = join(folder, 'node_modules');
  await mkdir(join(modules, '@frontrow'), { recursive: true });
  for (const name of await readdir(join(rootFolder, 'node_modules'))) {
    if (name !== '@frontrow') await symlink(join(rootFolder, 'node_modules', name), join(modules, name));
  }
  for (const part of parts)
    await symlink(join(folder, part), join(modules, '@frontrow', part.replace('subgraphs/', '')));
}

async function addMigration(file: string): Promise<void> {
  const added = `class NextRelease1799000000000 {
  async up(runner) { await runner.query('ALTER TABLE payments ADD COLUMN next INT NULL, ALGORITHM=INSTANT'); }
  async down(runner) { await runner.query('ALTER TABLE payments DROP COLUMN next'); }
}
`;
  const text = await readFile(file, 'utf8');
  const changed = text
    .replace('export const migrations = [', `${added}export const migrations = [`)
    .replace(/\n\];/, '\n  NextRelease1799000000000,\n];');
  expect(changed).toContain('  NextRelease1799000000000,\n];');
  await writeFile(file, changed);
}
