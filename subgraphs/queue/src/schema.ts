import { jsonScalar, scalars } from '@frontrow/kit/scalars';
import { readFileSync } from 'node:fs';
import { Concert } from './resolvers/Concert.ts';
import { Mutation } from './resolvers/Mutation.ts';
import { MyData } from './resolvers/MyData.ts';
import { Query } from './resolvers/Query.ts';
import { QueueTicket } from './resolvers/QueueTicket.ts';
import { EnterQueueResult, LeaveQueueResult, WaitingRoomResult } from './resolvers/results.ts';
import { Subscription } from './resolvers/Subscription.ts';
import type { Resolvers } from './resolvers/types.generated.ts';
import { User } from './resolvers/User.ts';
import { WaitingRoom } from './resolvers/WaitingRoom.ts';

export const typeDefs = readFileSync(new URL('../schema.graphql', import.meta.url), 'utf8');

export const resolvers: Resolvers = {
  ...scalars,
  ...jsonScalar,
  Query,
  MyData,
  Mutation,
  Subscription,
  QueueTicket,
  WaitingRoom,
  Concert,
  User,
  EnterQueueResult,
  LeaveQueueResult,
  WaitingRoomResult,
};
