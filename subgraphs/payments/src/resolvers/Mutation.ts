import { asOperator } from '@frontrow/events/operator-action';
import { checkIdempotencyKey } from '@frontrow/kit/idempotency';
import { isId } from '@frontrow/kit/ids';
import { fromCursor, toCursor } from '@frontrow/kit/page';
import { requireViewer } from '@frontrow/kit/viewer';
import type { Context } from '../context.ts';
import { exportTable } from '../operations/export-table.ts';
import { findLedger, findRefunds } from '../storage/exports.ts';
import type { MutationResolvers } from './types.generated.ts';

/** What an earlier mutation of the same request loaded is out of date by now, above all a wallet's balance. */
function forgetLoaded({ payments, paymentsByReservation, walletsByUser }: Context): void {
  for (const loader of [payments, paymentsByReservation, walletsByUser]) loader.clearAll();
}

/** The tables that operators export, with what the key of a row looks like. */
const tables = {
  exportRefunds: { find: findRefunds, isKey: isId },
  exportLedger: { find: findLedger, isKey: (key: string) => /^\d{1,18}$/.test(key) },
};

async function exported(
  { outbox, viewer }: Context,
  action: keyof typeof tables,
  after: string | null | undefined,
) {
  const { find, isKey } = tables[action];
  const { next, ...page } = await exportTable(
    outbox,
    asOperator(viewer, action),
    find,
    fromCursor(after, isKey),
  );
  return { ...page, cursor: next === undefined ? null : toCursor(next) };
}

export const Mutation: MutationResolvers = {
  exportRefunds: (_root, { after }, context) => exported(context, 'exportRefunds', after),
  exportLedger: (_root, { after }, context) => exported(context, 'exportLedger', after),

  chargePoints: (_root, { input: { amount, idempotencyKey } }, context) => {
    const { till, arrivals } = context;
    const { id: userId } = requireViewer(context.viewer);
    checkIdempotencyKey(idempotencyKey);
    forgetLoaded(context);
    return arrivals.retry([userId], () => till.charge({ userId, amount, idempotencyKey }));
  },

  pay: (_root, { input: { reservationId, idempotencyKey } }, context) => {
    const { till, arrivals } = context;
    const { id: userId } = requireViewer(context.viewer);
    checkIdempotencyKey(idempotencyKey);
    forgetLoaded(context);
    const mayStillCome = arrivals.mayStillCome(reservationId);
    const call = { userId, reservationId, mayStillCome, idempotencyKey };
    return arrivals.retry([reservationId, userId], () => till.pay(call));
  },
};
