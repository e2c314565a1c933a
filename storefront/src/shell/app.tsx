import { lazy, Suspense, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { I18nProvider } from 'react-aria-components/I18nProvider';
import { Route, Switch, useLocation } from 'wouter';
import { ConcertPage } from '../concerts/concert-page.tsx';
import { ConcertsPage } from '../concerts/concerts-page.tsx';
import { Loading } from '../design/states.tsx';
import { Header } from './header.tsx';
import { NewVersion } from './new-version.tsx';
import { NotFound } from './not-found.tsx';
import { LoggedIn } from './logged-in.tsx';
import { Offline } from './offline.tsx';
import { UnpaidReservation } from './unpaid-reservation.tsx';
import './shell.css';

const LogInPage = lazy(async () => ({ default: (await import('../account/log-in-page.tsx')).LogInPage }));
const AccountPage = lazy(async () => ({
  default: (await import('../account/account-page.tsx')).AccountPage,
}));
const ForgotPasswordPage = lazy(async () => ({
  default: (await import('../account/forgot-password-page.tsx')).ForgotPasswordPage,
}));
const ResetPasswordPage = lazy(async () => ({
  default: (await import('../account/reset-password-page.tsx')).ResetPasswordPage,
}));
const ConfirmEmailPage = lazy(async () => ({
  default: (await import('../account/confirm-email-page.tsx')).ConfirmEmailPage,
}));
const RoomPage = lazy(async () => ({ default: (await import('../waiting-room/room-page.tsx')).RoomPage }));
const SeatsPage = lazy(async () => ({ default: (await import('../seat-map/seats-page.tsx')).SeatsPage }));
const PurchasePage = lazy(async () => ({
  default: (await import('../purchase/purchase-page.tsx')).PurchasePage,
}));
const TicketsPage = lazy(async () => ({
  default: (await import('../purchase/tickets-page.tsx')).TicketsPage,
}));
const WalletPage = lazy(async () => ({ default: (await import('../wallet/wallet-page.tsx')).WalletPage }));

/** The frame around each page, and the pages by address. */
export function App() {
  const { t, i18n } = useTranslation();
  const [path] = useLocation();
  const content = useRef<HTMLElement>(null);
  const shown = useRef(path);
  useEffect(() => {
    if (shown.current === path) return;
    shown.current = path;
    scrollTo(0, 0);
    // Screen readers announce the new page, and the keyboard's focus begins there.
    content.current?.focus({ preventScroll: true });
  }, [path]);
  return (
    <I18nProvider locale={i18n.language}>
      <a className="skip" href="#content">
        {t('nav.skip')}
      </a>
      <Header />
      <UnpaidReservation />
      <Offline />
      <NewVersion />
      <main id="content" tabIndex={-1} ref={content}>
        <Suspense fallback={<Waiting />}>
          <Switch>
            <Route path="/" component={ConcertsPage} />
            <Route path="/concerts/:id">{({ id }) => <ConcertPage id={id} />}</Route>
            <Route path="/concerts/:id/line">
              {({ id }) => <LoggedIn>{() => <RoomPage concertId={id} />}</LoggedIn>}
            </Route>
            <Route path="/dates/:id">{({ id }) => <SeatsPage key={id} scheduleId={id} />}</Route>
            <Route path="/tickets">
              <LoggedIn>{({ userId }) => <TicketsPage userId={userId} />}</LoggedIn>
            </Route>
            <Route path="/tickets/:id">
              {({ id }) => (
                <LoggedIn>{({ userId }) => <PurchasePage key={id} {...{ id, userId }} />}</LoggedIn>
              )}
            </Route>
            <Route path="/wallet">
              <LoggedIn>{() => <WalletPage />}</LoggedIn>
            </Route>
            <Route path="/account">
              <LoggedIn>{(session) => <AccountPage session={session} />}</LoggedIn>
            </Route>
            <Route path="/log-in">
              <LogInPage key="log-in" isNew={false} />
            </Route>
            <Route path="/sign-up">
              <LogInPage key="sign-up" isNew />
            </Route>
            <Route path="/forgot-password" component={ForgotPasswordPage} />
            <Route path="/reset-password" component={ResetPasswordPage} />
            <Route path="/confirm-email" component={ConfirmEmailPage} />
            <Route component={NotFound} />
          </Switch>
        </Suspense>
      </main>
    </I18nProvider>
  );
}

const Waiting = () => (
  <div className="page">
    <Loading rows={5} />
  </div>
);
