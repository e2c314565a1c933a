import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { en } from './en.ts';
import { ko } from './ko.ts';
import type { en as door } from '../door/i18n/en.ts';
import type { en as operators } from '../operate/i18n/en.ts';

export const languages = ['ko', 'en'] as const;
export type Language = (typeof languages)[number];

declare module 'i18next' {
  interface CustomTypeOptions {
    /** The texts of `operate` and `door` are loaded with the pages of operators and of the door. */
    resources: { translation: typeof en; operate: typeof operators; door: typeof door };
    returnNull: false;
  }
}

const key = 'frontrow.language';

/** The language that was chosen here before, or else the first of the browser's languages that is supported. */
export function preferredLanguage(): Language {
  const wishes = [localStorage.getItem(key), ...navigator.languages];
  const known = wishes.map((wish) => languages.find((language) => wish?.startsWith(language)));
  return known.find((language) => language !== undefined) ?? 'en';
}

export async function startTranslations(language: Language): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: 'en',
    resources: { en: { translation: en }, ko: { translation: ko } },
    interpolation: { escapeValue: false }, // React escapes values
  });
  document.documentElement.lang = language;
}

export async function chooseLanguage(language: Language): Promise<void> {
  localStorage.setItem(key, language);
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
}
