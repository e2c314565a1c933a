import type { PurchasePartsFragment } from '../api/operations.generated.ts';
import { withNews } from './kept-tickets.ts';

const now = Date.parse('2026-12-19T09:00:00.000Z');
const purchase = (
  id: string,
  status: string,
  startsAt = '2026-12-19T10:00:00.000Z',
  createdAt = '2026-12-01',
) => ({ id, status, createdAt, schedule: { startsAt } }) as unknown as PurchasePartsFragment;
const idsOf = (purchases: readonly PurchasePartsFragment[]) => purchases.map(({ id }) => id);

describe('the tickets that open without a network', () => {
  it('are those whose seats belong to the fan, newest purchase first', () => {
    const news = [
      purchase('a', 'CONFIRMED'),
      purchase('b', 'PENDING'),
      purchase('c', 'CONFIRMED', undefined, '2026-12-02'),
    ];
    expect(idsOf(withNews([], news, now))).toEqual(['c', 'a']);
  });

  it('do not include those that were cancelled since, nor those of past shows', () => {
    const kept = [
      purchase('a', 'CONFIRMED'),
      purchase('b', 'CONFIRMED'),
      purchase('old', 'CONFIRMED', '2026-12-18T08:00:00.000Z'),
      purchase('yesterday', 'CONFIRMED', '2026-12-18T10:00:00.000Z'),
    ];
    expect(idsOf(withNews(kept, [purchase('a', 'CANCELLED')], now))).toEqual(['b', 'yesterday']);
  });
});
