import { refuse } from '@frontrow/kit/refusal';

/** A fan's points. One point is one won. */
export interface Wallet {
  readonly userId: string;
  readonly balance: number;
}

/** The fan is logged in, so they are registered. Only the news of their registration has not arrived here yet. */
export const walletNotReady = () =>
  refuse('NOT_READY_YET', 'The wallet of this account is being made.', { retryable: true });
