/** The languages that mails are written in. */
export type Language = 'en' | 'ko';

/** @param locale a BCP 47 tag */
export const languageOf = (locale: string): Language => (/^ko\b/i.test(locale) ? 'ko' : 'en');

// As the storefront has them (storefront/src/i18n/formats.ts): halls are in Korea, and the time on a ticket is the hall's.
const timeZone = 'Asia/Seoul';

/** 198,000 P. One point is one won. */
export const formatPoints = (points: number): string => `${new Intl.NumberFormat('en').format(points)} P`;

const part = (language: Language, instant: string, options: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : 'ko', { timeZone, ...options }).format(
    new Date(instant),
  );

/** Sat, 19 December 2026, 18:00; 2026년 12월 19일 (토) 18:00. */
export function formatEvening(instant: string, language: Language): string {
  const weekday = part(language, instant, { weekday: 'short' });
  const date = part(language, instant, { day: 'numeric', month: 'long', year: 'numeric' });
  const time = part(language, instant, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  return language === 'ko' ? `${date} (${weekday}) ${time}` : `${weekday}, ${date}, ${time}`;
}
