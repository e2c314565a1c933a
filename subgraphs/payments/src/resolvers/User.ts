import { maySee } from '@frontrow/kit/viewer';
import type { UserResolvers } from './types.generated.ts';

export const User: UserResolvers = {
  wallet: ({ id }, _args, { viewer, walletsByUser }) => (maySee(viewer, id) ? walletsByUser.load(id) : null),
};
