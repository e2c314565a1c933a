import type { Purchase, Seen } from './purchase.ts';
import { promptShare } from './recovery.ts';

const confirmed: Seen = { status: 'CONFIRMED', endedBecause: null, payment: { status: 'COMPLETED' } };
const bought = (
  begunAt: number,
  endedAt: number | undefined,
  seen: Seen | undefined = confirmed,
): Purchase => ({
  ...{ intent: 'buy', begunAt, charged: 0 },
  ...(endedAt !== undefined && { endedAt, seen }),
});

describe('the share of fans who bought promptly', () => {
  it('counts those who came meanwhile, and of these the ones whose purchase was confirmed within 15 s', () => {
    const purchases = [
      bought(900, 1_000),
      bought(1_000, 16_000),
      bought(2_000, 17_001),
      bought(3_000, undefined),
      bought(4_000, 5_000, { ...confirmed, status: 'CANCELLED' }),
      { ...bought(5_000, 6_000), intent: 'walk away' as const },
      bought(60_001, 60_002),
    ];
    expect(promptShare(1_000, 60_000, purchases)).toBe(1 / 4);
  });

  it('is unknown when nobody came', () => {
    expect(promptShare(1_000, 2_000, [bought(900, 1_000)])).toBeUndefined();
  });
});
