import { lazy, Suspense, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { I18nProvider } from 'react-aria-components/I18nProvider';
import { Redirect, Route, Router, Switch, useLocation } from 'wouter';
import { Loading } from '../../design/states.tsx';
import { NotFound } from '../../shell/not-found.tsx';
import { Offline } from '../../shell/offline.tsx';
import { ChangeConcertPage } from '../concerts/change-concert-page.tsx';
import { NewConcertPage } from '../concerts/new-concert-page.tsx';
import { HallPage, NewHallPage } from '../halls/hall-page.tsx';
import { HallsPage } from '../halls/halls-page.tsx';
import { OfferPage } from '../offer/offer-page.tsx';
import { LogPage } from '../log/log-page.tsx';
import { PurchaseStoryPage } from '../purchases/purchase-page.tsx';
import { PurchasesPage } from '../purchases/purchases-page.tsx';
import { SalePage } from '../sales/sale-page.tsx';
import { SalesPage } from '../sales/sales-page.tsx';
import { StaffPage } from '../staff/staff-page.tsx';
import { TroublePage } from '../trouble/trouble-page.tsx';
import { Gate } from './gate.tsx';
import { ConsoleHeader } from './console-header.tsx';
import '../../shell/shell.css';

/** Only in development, because its editor adds styles to the page, which the content security policy refuses. */
const ExplorerPage = import.meta.env.DEV
  ? lazy(async () => ({ default: (await import('../explorer/explorer-page.tsx')).ExplorerPage }))
  : undefined;

/** The frame around the pages of the console, which are below /operate. */
export const Console = () => (
  <Router base="/operate">
    <Frame />
  </Router>
);

function Frame() {
  const { t, i18n } = useTranslation();
  const [path] = useLocation();
  const content = useRef<HTMLElement>(null);
  const shown = useRef(path);
  useEffect(() => {
    if (shown.current === path) return;
    shown.current = path;
    scrollTo(0, 0);
    content.current?.focus({ preventScroll: true });
  }, [path]);
  return (
    <I18nProvider locale={i18n.language}>
      <a className="skip" href="#content">
        {t('nav.skip')}
      </a>
      <ConsoleHeader />
      <Offline />
      <main id="content" tabIndex={-1} ref={content}>
        <Gate>
          <Suspense fallback={<Waiting />}>
            <Switch>
              <Route path="/" component={SalesPage} />
              <Route path="/sales/:id">{({ id }) => <SalePage key={id} concertId={id} />}</Route>
              <Route path="/purchases" component={PurchasesPage} />
              <Route path="/purchases/:id">{({ id }) => <PurchaseStoryPage key={id} id={id} />}</Route>
              <Route path="/concerts/new" component={NewConcertPage} />
              <Route path="/concerts/:id">{({ id }) => <ChangeConcertPage key={id} id={id} />}</Route>
              <Route path="/dates/:id">{({ id }) => <OfferPage key={id} scheduleId={id} />}</Route>
              <Route path="/halls" component={HallsPage} />
              <Route path="/halls/:id/new">{({ id }) => <NewHallPage key={id} id={id} />}</Route>
              <Route path="/halls/:id">{({ id }) => <HallPage key={id} id={id} />}</Route>
              <Route path="/staff" component={StaffPage} />
              <Route path="/trouble" component={TroublePage} />
              <Route path="/log" component={LogPage} />
              {ExplorerPage && <Route path="/explorer" component={ExplorerPage} />}
              {/* Notices send users here whose session is over, and who have logged in by now. */}
              <Route path="/log-in">
                <Redirect replace to="/" />
              </Route>
              <Route component={NotFound} />
            </Switch>
          </Suspense>
        </Gate>
      </main>
    </I18nProvider>
  );
}

const Waiting = () => (
  <div className="page">
    <Loading rows={5} />
  </div>
);
