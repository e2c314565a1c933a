/** The languages that mails are written in. */
export type Language = 'en' | 'ko';

/** @param locale a BCP 47 tag */
export const languageOf = (locale: string): Language => (/^ko\b/i.test(locale) ? 'ko' : 'en');

// As the storefront has them (storefront/src/i18n/formats.ts): halls are in Korea, and the time on a ticket is the hall's.
const timeZone = 'Asia/Seoul';

// A formatter takes longer to make than to use, and each mail needs four.
const points = new Intl.NumberFormat('en');
const dateParts = (locale: string) => {
  const part = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, { timeZone, ...options });
  return {
    weekday: part({ weekday: 'short' }),
    date: part({ day: 'numeric', month: 'long', year: 'numeric' }),
    time: part({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
  };
};
const partsIn = { en: dateParts('en-GB'), ko: dateParts('ko') } satisfies Record<Language, object>;

/** 198,000 P. One point is one won. */
export const formatPoints = (amount: number): string => `${points.format(amount)} P`;

/** Sat, 19 December 2026, 18:00; 2026년 12월 19일 (토) 18:00. */
export function formatEvening(instant: string, language: Language): string {
  const parts = partsIn[language];
  const at = new Date(instant);
  const [weekday, date, time] = [parts.weekday.format(at), parts.date.format(at), parts.time.format(at)];
  return language === 'ko' ? `${date} (${weekday}) ${time}` : `${weekday}, ${date}, ${time}`;
}
