import type { SubgraphContext } from '@frontrow/kit/subgraph-server';
import type { Viewer } from '@frontrow/kit/viewer';
import { createLoaders } from './loaders.ts';
import type { Loaders } from './loaders.ts';
import type { BoxOffice } from './operations/box-office.ts';
import type { SeatMaps } from './seat-maps.ts';

export interface Context extends SubgraphContext {
  readonly office: BoxOffice;
  readonly seatMaps: SeatMaps;
  readonly loaders: Loaders;
  /** A subscription keeps its context: what was loaded for one of its events is old at the next one. */
  readonly forgetLoaded: () => void;
}

export function createContext(office: BoxOffice, seatMaps: SeatMaps, viewer: Viewer | null): Context {
  let loaders: Loaders | undefined;
  return {
    viewer,
    office,
    seatMaps,
    // Most events of most subscriptions load nothing.
    get loaders() {
      loaders ??= createLoaders(office.outbox.database.manager);
      return loaders;
    },
    forgetLoaded: () => {
      loaders = undefined;
    },
  };
}
