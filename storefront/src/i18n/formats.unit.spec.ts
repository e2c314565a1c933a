import {
  formatCountdown,
  formatDays,
  formatEvening,
  formatPoints,
  formatPrice,
  formatWait,
} from './formats.ts';

describe('what fans read', () => {
  it('are prices as each language writes them', () => {
    expect(formatPrice(198_000, 'en')).toBe('₩198,000');
    expect(formatPrice(198_000, 'ko')).toBe('198,000원');
    expect(formatPoints(1_000_000, 'ko')).toBe('1,000,000 P');
  });

  it('are evenings by the clock of the hall', () => {
    const evening = '2026-12-19T09:00:00.000Z';
    expect(formatEvening(evening, 'en')).toBe('Sat, 19 December 2026, 18:00');
    expect(formatEvening(evening, 'ko')).toBe('2026년 12월 19일 (토) 18:00');
  });

  it('are the days of a concert as one range', () => {
    const days = ['2026-12-20T08:00:00.000Z', '2026-12-18T10:00:00.000Z'];
    expect(formatDays(days, 'en')).toMatch(/^18\s*–\s*20 Dec 2026$/);
    expect(formatDays([], 'en')).toBe('');
    expect(formatDays(['2026-12-18T10:00:00.000Z'], 'ko')).toBe('2026년 12월 18일');
  });

  it.each([
    [300_000, '5:00'],
    [249_001, '4:10'],
    [1, '0:01'],
    [0, '0:00'],
    [-5_000, '0:00'],
  ])('%d ms are left as %s', (ms, text) => {
    expect(formatCountdown(ms)).toBe(text);
  });

  it.each([
    [3, '10 seconds', '10초'],
    [41, '50 seconds', '50초'],
    [61, '2 minutes', '2분'],
    [3 * 3600, '3 hours', '3시간'],
    [49 * 3600, '3 days', '3일'],
  ])('a wait of %d s does not look more exact than it is', (seconds, english, korean) => {
    expect(formatWait(seconds, 'en')).toBe(english);
    expect(formatWait(seconds, 'ko')).toBe(korean);
  });
});
