import { readFileSync } from 'node:fs';
import { effects, purchase, purchaseEvents } from './purchase.ts';
import type { PurchaseStep } from './purchase.ts';

const architecture = readFileSync(new URL('../../docs/architecture.md', import.meta.url), 'utf8');

const events = (step: PurchaseStep, says: (typeof purchaseEvents)[number]['says'][]) =>
  purchaseEvents.filter((event) => event.step === step && says.includes(event.says));
const names = (told: typeof purchaseEvents) =>
  told.map(({ type }) => `\`${type.replace(/\.v\d+$/, '')}\``).join(' or ') || '–';

/** The table of a purchase as docs/architecture.md shows it. */
const rows = (Object.keys(purchase) as PurchaseStep[]).map((step) => {
  const { what, by } = purchase[step];
  const undoneBy = 'undoneBy' in purchase[step] ? purchase[step].undoneBy : '–';
  const hearers = new Set(events(step, ['DONE', 'FAILED', 'UNDONE']).flatMap(({ handledBy }) => handledBy));
  return [
    ...[step, what, by, names(events(step, ['DONE', 'UNDONE'])), names(events(step, ['FAILED'])), undoneBy],
    [...hearers].join(', ') || '–',
  ];
});

describe('the table of a purchase', () => {
  it('stands in docs/architecture.md', () => {
    const shown = architecture.split('\n').map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
    for (const row of rows) expect(shown).toContainEqual(row);
  });

  it('names as what undoes a step one that it has, and that puts something back', () => {
    for (const step of Object.values(purchase)) {
      if (!('undoneBy' in step)) continue;
      expect(Object.keys(purchase)).toContain(step.undoneBy);
      expect(purchase[step.undoneBy]).not.toHaveProperty('undoneBy');
    }
  });

  it('lets the owner of what was done put it back', () => {
    for (const step of Object.values(purchase))
      if ('undoneBy' in step) expect(purchase[step.undoneBy].by).toBe(step.by);
  });

  it('says by which events nothing is left of a step', () => {
    const gone = Object.fromEntries(effects.map(({ step, goneBy }) => [step, goneBy]));
    expect(gone).toEqual({
      hold: ['seats.sale-failed.v1', 'seats.released.v1'],
      reserve: ['reservation.cancelled.v1', 'reservation.expired.v1'],
      pay: ['payment.refunded.v1'],
      confirm: ['reservation.cancelled.v1', 'reservation.expired.v1'],
      sell: ['seats.released.v1'],
    });
  });
});
