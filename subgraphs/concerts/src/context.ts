import type { SubgraphContext } from '@frontrow/kit/subgraph-server';
import type { Viewer } from '@frontrow/kit/viewer';
import { createLoaders } from './loaders.ts';
import type { Loaders } from './loaders.ts';
import type { BoxOffice } from './operations/box-office.ts';

export interface Context extends SubgraphContext {
  readonly office: BoxOffice;
  readonly loaders: Loaders;
}

export const createContext = (office: BoxOffice, viewer: Viewer | null): Context => ({
  viewer,
  office,
  loaders: createLoaders(office.outbox.database.manager),
});
