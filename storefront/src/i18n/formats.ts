/** Halls are in Korea, so times on a ticket are those of the hall, wherever its reader is. */
const timeZone = 'Asia/Seoul';

/** ₩198,000; 198,000원. */
export const formatPrice = (won: number, language: string): string =>
  language === 'ko' ? `${whole(won, language)}원` : `₩${whole(won, language)}`;

/** 1,000,000 P. One point is one won. */
export const formatPoints = (points: number, language: string): string => `${whole(points, language)} P`;

const whole = (value: number, language: string) => new Intl.NumberFormat(language).format(value);
export const formatNumber = whole;

/** Making a format takes a hundred times as long as using it, so each is made once. */
function dated(options: Intl.DateTimeFormatOptions): (instant: string, language: string) => string {
  const made = new Map<string, Intl.DateTimeFormat>();
  return (instant, language) => {
    const format =
      made.get(language) ??
      new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, { timeZone, ...options });
    made.set(language, format);
    return format.format(new Date(instant));
  };
}

export const formatDate = dated({ day: 'numeric', month: 'long', year: 'numeric' });
const formatTime = dated({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const formatWeekday = dated({ weekday: 'short' });
const formatShort = dated({ day: 'numeric', month: 'short' });

// These parts are joined here, because versions of ICU differ in how they join a Korean date, weekday and time.
/** Sat, 19 December 2026, 18:00; 2026년 12월 19일 (토) 18:00. */
export function formatEvening(instant: string, language: string): string {
  const [weekday, date, time] = [formatWeekday, formatDate, formatTime].map((format) =>
    format(instant, language),
  );
  return language === 'ko' ? `${date} (${weekday}) ${time}` : `${weekday}, ${date}, ${time}`;
}

/** 27 Nov, 13:05; 11월 27일 13:05. */
export function formatMoment(instant: string, language: string): string {
  const [day, time] = [formatShort(instant, language), formatTime(instant, language)];
  return language === 'ko' ? `${day} ${time}` : `${day}, ${time}`;
}

const formatInput = dated({
  ...{ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' },
  hourCycle: 'h23',
});

/** 2026-12-19T18:00, as an input of the type datetime-local has it. */
export const toInput = (instant: string): string => formatInput(instant, 'sv').replace(' ', 'T');

/** The instant that such an input means: Korea has no summer time. */
export const fromInput = (value: string): string => new Date(`${value}+09:00`).toISOString();

/** The first and the last of several days: 18 – 20 Dec. Empty if there are none. */
export function formatDays(instants: readonly string[], language: string): string {
  const sorted = instants.map((instant) => Date.parse(instant)).sort((a, b) => a - b);
  const [first, last] = [sorted[0], sorted.at(-1)];
  if (first === undefined || last === undefined) return '';
  const format = new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, {
    timeZone,
    day: 'numeric',
    month: 'short',
    year: 'numeric',
  });
  return format.formatRange(first, last);
}

/** 4:09. Never negative. A second that has begun counts as a whole one, so 0:00 is the end. */
export function formatCountdown(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/**
 * A wait as people would say it: 40 seconds, 3 minutes, 2 hours. Estimates do not look more exact than they are: below a minute
 * they have steps of ten seconds, above that they are whole minutes, rounded up.
 */
export function formatWait(seconds: number, language: string): string {
  const [value, unit] =
    seconds < 60
      ? [Math.max(10, Math.ceil(seconds / 10) * 10), 'second']
      : seconds < 2 * 3600
        ? [Math.ceil(seconds / 60), 'minute']
        : seconds < 2 * 24 * 3600
          ? [Math.ceil(seconds / 3600), 'hour']
          : [Math.ceil(seconds / (24 * 3600)), 'day'];
  return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' }).format(value);
}
