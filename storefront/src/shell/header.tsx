import { useTranslation } from 'react-i18next';
import { Button } from 'react-aria-components/Button';
import { Link, useRoute } from 'wouter';
import { useSession } from '../api/session.ts';
import { Icon } from '../design/icon.tsx';
import { chooseLanguage } from '../i18n/i18n.ts';

/** The brand and the links to the main pages: at the top on a desktop, at the bottom on a phone. */
export function Header() {
  const { t } = useTranslation();
  const session = useSession();
  return (
    <header className="header">
      <div>
        <Brand />
        <nav className="tabs" aria-label={t('nav.main')}>
          <Tab href="/" icon="concerts" label={t('nav.concerts')} />
          <Tab href="/tickets" icon="tickets" label={t('nav.tickets')} />
          <Tab href="/wallet" icon="wallet" label={t('nav.wallet')} />
          {session ? (
            <Tab href="/account" icon="account" label={t('nav.account')} />
          ) : (
            <Tab href="/log-in" icon="account" label={t('nav.logIn')} />
          )}
        </nav>
        <LanguageSwitch />
      </div>
    </header>
  );
}

/** The link to the first page. */
export const Brand = () => (
  <Link href="/" className="brand">
    <svg viewBox="0 0 32 32" width="28" height="28" aria-hidden="true">
      <rect width="32" height="32" rx="8" />
      <path d="M7 23c3-2.2 6-3.2 9-3.2s6 1 9 3.2M9.5 16.8c2.2-1.4 4.3-2 6.5-2s4.3.6 6.5 2M12 11c1.3-.7 2.7-1 4-1s2.7.3 4 1" />
    </svg>
    Frontrow
  </Link>
);

interface TabProps {
  readonly href: string;
  readonly icon: Parameters<typeof Icon>[0]['name'];
  readonly label: string;
  /** The pages that belong to the tab, if there are several. */
  readonly pages?: string;
}

export function Tab({ href, icon, label, pages = href }: TabProps) {
  const [isHere] = useRoute(pages);
  return (
    <Link href={href} aria-current={isHere ? 'page' : undefined}>
      <Icon name={icon} />
      {label}
    </Link>
  );
}

/** Each language is named in itself, for people who read no other. */
export function LanguageSwitch() {
  const { i18n } = useTranslation();
  const [other, name] = i18n.language === 'ko' ? (['en', 'English'] as const) : (['ko', '한국어'] as const);
  return (
    <Button className="button quiet" onPress={() => void chooseLanguage(other)}>
      <Icon name="language" size={18} />
      <span lang={other}>{name}</span>
    </Button>
  );
}
