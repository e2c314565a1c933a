import { maySee } from '@frontrow/kit/viewer';
import type { UserResolvers } from './types.generated.ts';

export const User: UserResolvers = {
  wallet: async ({ id }, _args, { viewer, arrivals, walletsByUser }) => {
    if (!maySee(viewer, id)) return null;
    const wallet = await walletsByUser.load(id);
    // Whoever is logged in is registered. If they have no wallet yet, the news of their registration is on its way.
    if (wallet !== null || viewer?.id !== id || !(await arrivals.wait([id]))) return wallet;
    return walletsByUser.clear(id).load(id);
  },
};
