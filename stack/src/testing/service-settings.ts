import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { subgraphSettings } from '@frontrow/kit/settings';
import type { z } from 'zod';
import { rootFolder } from '../home.ts';
import { folderOf, services } from '../layout.ts';
import type { Service } from '../layout.ts';

/**
 * The settings that each service reads, as its own code declares them. They are imported by path, because the code of the stack
 * does not depend on services; this is only for tests of what is written about services elsewhere.
 */
export async function serviceSettings(): Promise<Readonly<Record<Service, z.ZodRawShape>>> {
  const shapes = services.map(async (service) => {
    const file = join(rootFolder, folderOf(service), 'src/settings.ts');
    if (!existsSync(file)) return [service, subgraphSettings] as const;
    const declared = (await import(file)) as Record<string, z.ZodRawShape>;
    return [service, declared[`${service}Settings`]!] as const;
  });
  return Object.fromEntries(await Promise.all(shapes)) as Record<Service, z.ZodRawShape>;
}
