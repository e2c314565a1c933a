import { refundOf, stageOf } from './stage-of.ts';

const seen = (
  status: 'PENDING' | 'CONFIRMED' | 'CANCELLED' | 'EXPIRED',
  payment?: 'COMPLETED' | 'FAILED' | 'REFUNDED',
) => ({ status, payment: payment === undefined ? null : { status: payment } });

describe('where a purchase stands', () => {
  it('is paid as soon as the points are taken, and confirmed when it is', () => {
    expect(stageOf(seen('PENDING'))).toBe('PENDING');
    expect(stageOf(seen('PENDING', 'COMPLETED'))).toBe('PAID');
    expect(stageOf(seen('CONFIRMED', 'COMPLETED'))).toBe('CONFIRMED');
  });

  it('has a refund only when points were taken and the purchase ended', () => {
    expect(refundOf(seen('CONFIRMED', 'COMPLETED'))).toBe('NONE');
    expect(refundOf(seen('CANCELLED', 'FAILED'))).toBe('NONE');
    expect(refundOf(seen('EXPIRED', 'COMPLETED'))).toBe('COMING');
    expect(refundOf(seen('CANCELLED', 'REFUNDED'))).toBe('DONE');
  });
});
