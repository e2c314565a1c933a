import type { Contestant } from '../contestant.ts';
import { startFrontrow } from './frontrow.ts';
import { startHive } from './hive.ts';
import { startMonolith } from './monolith.ts';
import { startRedisLine } from './redis-line.ts';

/** The peers with which Frontrow can be compared, and what starts them. */
const starters = {
  monolith: () => startMonolith('monolith'),
  'monolith-locking': () => startMonolith('monolith-locking'),
  'redis-line': () => startRedisLine(),
  hive: () => startHive('hive', { sharing: false }),
  'hive-sharing': () => startHive('hive-sharing', { sharing: true }),
  /** Frontrow itself, with a twentieth as many fans, who ask for their position each second instead of subscribing to it. */
  polling: () => startFrontrow({ name: 'polling', share: 0.05 }),
  /** Frontrow itself, with maps that are read as lists of seats. */
  'all-seats': () => startFrontrow({ name: 'all-seats' }),
} satisfies Record<string, () => Promise<Contestant>>;

export type Peer = keyof typeof starters;
export const peers = Object.keys(starters) as Peer[];
export const startPeerNamed = (name: Peer): Promise<Contestant> => starters[name]();
