import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freeLayoutPorts } from '../servers/ports.ts';
import { startStack } from '../stack.ts';
import type { Reroute } from '../services.ts';
import type { Stack } from '../stack.ts';
import { cacheFolder } from './cache-folder.ts';

export interface StoryStackOptions {
  readonly replicas?: number;
  /** 3 means a cluster. */
  readonly natsServers?: 1 | 3;
  /** Settings that differ from those of `npm start`. */
  readonly environment?: NodeJS.ProcessEnv;
  /** Whether the database survives a crash of the machine. Measurements need that, other stories do not. */
  readonly durable?: boolean;
  readonly reroute?: Reroute;
}

/**
 * `FRONTROW_STORIES=3x3 npm test -- system browser own-system` runs every story with three processes of each service and a cluster
 * of three brokers, unless the story itself says how many.
 */
export const [replicasOfAll = 1, brokersOfAll = 1] = (process.env['FRONTROW_STORIES'] ?? '1x1')
  .split('x')
  .map(Number);

/** `npm test` compiles the services before it runs stories. A story that is run by jest alone runs the source. */
export const compiled = process.env['FRONTROW_COMPILED'] === 'yes';

/** A whole Frontrow for stories: real servers, real processes, the real gateway. Its data are deleted when it stops. */
export async function startStoryStack({
  replicas = replicasOfAll,
  natsServers = brokersOfAll === 3 ? 3 : 1,
  environment = {},
  durable = false,
  reroute,
}: StoryStackOptions = {}): Promise<Stack> {
  const home = await mkdtemp(join(tmpdir(), 'frontrow-story-'));
  const stack = await startStack({
    home,
    ports: await freeLayoutPorts({ replicas, natsServers }),
    replicas,
    natsServers,
    durable,
    ...(reroute && { reroute }),
    cache: cacheFolder,
    compiled,
    environment: {
      LOG_LEVEL: 'warn',
      // All requests of a story come from one address. The gateway's own tests are about the limit of an address.
      REQUESTS_PER_MINUTE_PER_ADDRESS: '0',
      REQUESTS_PER_MINUTE_PER_VIEWER: '0',
      // Stories move the looks of fans into the past; they do not wait until fans have come back.
      GRACE_AFTER_OUTAGE_SECONDS: '1',
      ...environment,
    },
  });
  return {
    ...stack,
    stop: async () => {
      await stack.stop();
      await rm(home, { recursive: true, force: true });
    },
  };
}
