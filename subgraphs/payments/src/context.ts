import type DataLoader from 'dataloader';
import type { Arrivals } from '@frontrow/events/arrivals';
import type { Outbox } from '@frontrow/events/outbox';
import { loaderById } from '@frontrow/kit/loader';
import type { Viewer } from '@frontrow/kit/viewer';
import type { Payment } from './domain/payment.ts';
import type { Wallet } from './domain/wallet.ts';
import type { Till } from './operations/till.ts';
import { findPayments, findPaymentsOfReservations } from './storage/payments.ts';
import { findWallets } from './storage/wallets.ts';

/** What all requests of the process share. */
export interface Shared {
  readonly outbox: Outbox;
  readonly arrivals: Arrivals;
  readonly till: Till;
}

export interface Context extends Shared {
  readonly viewer: Viewer | null;
  readonly payments: DataLoader<string, Payment | null>;
  readonly paymentsByReservation: DataLoader<string, Payment | null>;
  readonly walletsByUser: DataLoader<string, Wallet | null>;
}

export function createContext(shared: Shared, viewer: Viewer | null): Context {
  const { manager } = shared.outbox.database;
  return {
    viewer,
    ...shared,
    payments: loaderById(
      (ids) => findPayments(manager, ids),
      (payment) => payment.id,
    ),
    paymentsByReservation: loaderById(
      (ids) => findPaymentsOfReservations(manager, ids),
      (payment) => payment.reservationId,
    ),
    walletsByUser: loaderById(
      (ids) => findWallets(manager, ids),
      (wallet) => wallet.userId,
    ),
  };
}
