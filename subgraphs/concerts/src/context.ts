import type { Attaching, Attachments } from '@frontrow/kit/attachments';
import type { SubgraphContext } from '@frontrow/kit/subgraph-server';
import { isOperator } from '@frontrow/kit/viewer';
import type { Viewer } from '@frontrow/kit/viewer';
import { Cost } from './cost.ts';
import type { Layouts } from './layouts.ts';
import type { ConcertFollowers } from './concert-followers.ts';
import { createLoaders } from './loaders.ts';
import type { Loaders } from './loaders.ts';
import type { SaleDependencies } from './operations/sale-dependencies.ts';
import type { SeatMaps } from './seat-maps.ts';
import type { SeatPlans } from './seat-plans.ts';

/** What all requests of the process share. */
export interface SharedByAll {
  readonly saleDeps: SaleDependencies;
  readonly seatMaps: SeatMaps;
  readonly concertFollowers: ConcertFollowers;
  readonly seatPlans: SeatPlans;
  readonly layouts: Layouts;
  readonly attachments: Attachments;
}

export interface Context extends SubgraphContext, SharedByAll, Attaching {
  readonly cost: Cost;
  readonly loaders: Loaders;
}

export function createContext(shared: SharedByAll, viewer: Viewer | null): Context {
  let loaders: Loaders | undefined;
  return {
    viewer,
    ...shared,
    attached: [],
    cost: new Cost(),
    // Made only when needed, because most events of most subscriptions load nothing.
    get loaders() {
      const sight = isOperator(viewer) ? 'everything' : 'published';
      loaders ??= createLoaders(shared.saleDeps.outbox.database.manager, sight);
      return loaders;
    },
  };
}
