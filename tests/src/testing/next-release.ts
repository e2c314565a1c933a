import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rootFolder } from '@frontrow/stack/home';
import { folderOf, services } from '@frontrow/stack/layout';

/** The column that the next release adds to the table `payments` of the service payments. */
export const addedColumn = { table: 'payments', column: 'of_the_next_release' };

/**
 * A later checkout to upgrade to: this one with one more migration.
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
  for (const file of ['src/storage/migrations.ts', 'dist/storage/migrations.js'])
    await addMigration(join(folder, 'subgraphs/payments', file));
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
  if (!existsSync(file)) return; // not compiled
  const { table, column } = addedColumn;
  const added = `class NextRelease1795000330000 {
  async up(runner) { await runner.query('ALTER TABLE ${table} ADD COLUMN ${column} INT NULL, ALGORITHM=INSTANT'); }
  async down(runner) { await runner.query('ALTER TABLE ${table} DROP COLUMN ${column}'); }
}
`;
  const text = await readFile(file, 'utf8');
  const changed = text
    .replace('export const migrations = [', `${added}export const migrations = [`)
    .replace(/\n\];/, '\n  NextRelease1795000330000,\n];');
  expect(changed).toContain('  NextRelease1795000330000,\n];');
  await writeFile(file, changed);
}
