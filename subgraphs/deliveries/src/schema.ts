import { isRefusal } from '@frontrow/kit/refusal';
import { jsonScalar, scalars } from '@frontrow/kit/scalars';
import { readFileSync } from 'node:fs';
import { Circuit } from './resolvers/Circuit.ts';
import { Delivery } from './resolvers/Delivery.ts';
import { Mutation } from './resolvers/Mutation.ts';
import { MyData } from './resolvers/MyData.ts';
import { Query } from './resolvers/Query.ts';
import type { Resolvers } from './resolvers/types.generated.ts';

export const typeDefs = readFileSync(new URL('../schema.graphql', import.meta.url), 'utf8');

export const resolvers: Resolvers = {
  ...scalars,
  ...jsonScalar,
  Query,
  MyData,
  Mutation,
  Delivery,
  Circuit,
  RedeliverResult: { __resolveType: (result) => (isRefusal(result) ? 'Refusal' : 'Delivery') },
};
