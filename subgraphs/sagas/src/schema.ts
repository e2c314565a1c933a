import { isRefusal } from '@frontrow/kit/refusal';
import { jsonScalar, scalars } from '@frontrow/kit/scalars';
import { readFileSync } from 'node:fs';
import { DeadLetter } from './resolvers/DeadLetter.ts';
import { Mutation } from './resolvers/Mutation.ts';
import { MyData } from './resolvers/MyData.ts';
import { Query } from './resolvers/Query.ts';
import { Reservation } from './resolvers/Reservation.ts';
import { Saga } from './resolvers/Saga.ts';
import { SagaStep } from './resolvers/SagaStep.ts';
import type { Resolvers } from './resolvers/types.generated.ts';

export const typeDefs = readFileSync(new URL('../schema.graphql', import.meta.url), 'utf8');

export const resolvers: Resolvers = {
  ...scalars,
  ...jsonScalar,
  Query,
  MyData,
  Mutation,
  Saga,
  SagaStep,
  DeadLetter,
  Reservation,
  ReplayResult: { __resolveType: (result) => (isRefusal(result) ? 'Refusal' : 'DeadLetter') },
};
