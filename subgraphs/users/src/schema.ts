import { isRefusal } from '@frontrow/kit/refusal';
import { jsonScalar, scalars } from '@frontrow/kit/scalars';
import { readFileSync } from 'node:fs';
import { Mutation, SessionResult } from './resolvers/Mutation.ts';
import { MyData } from './resolvers/MyData.ts';
import { Query } from './resolvers/Query.ts';
import type { Resolvers } from './resolvers/types.generated.ts';
import { User } from './resolvers/User.ts';

export const typeDefs = readFileSync(new URL('../schema.graphql', import.meta.url), 'utf8');

export const resolvers: Resolvers = {
  ...scalars,
  ...jsonScalar,
  Query,
  MyData,
  Mutation,
  SessionResult,
  User,
  OperatorAction: {
    operator: ({ operatorId }, _args, { users }) => (operatorId === null ? null : users.load(operatorId)),
  },
  OperatorResult: { __resolveType: (result) => (isRefusal(result) ? 'Refusal' : 'User') },
  StaffResult: { __resolveType: (result) => (isRefusal(result) ? 'Refusal' : 'User') },
  ChangePasswordResult: { __resolveType: (result) => (isRefusal(result) ? 'Refusal' : 'User') },
  ConfirmEmailResult: { __resolveType: (result) => (isRefusal(result) ? 'Refusal' : 'User') },
  DeleteMyAccountResult: { __resolveType: (result) => (isRefusal(result) ? 'Refusal' : 'DeletedAccount') },
};
