import { useQuery } from '@apollo/client/react';
import { useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { I18nProvider } from 'react-aria-components/I18nProvider';
import { Button } from 'react-aria-components/Button';
import { LogInForm } from '../account/log-in-form.tsx';
import { forgetSession, useSession } from '../api/session.ts';
import { Empty, Failed, Loading } from '../design/states.tsx';
import { useTitle } from '../design/use-title.ts';
import { LanguageSwitch } from '../shell/header.tsx';
import { NewVersion } from '../shell/new-version.tsx';
import type { Door } from './door.ts';
import { DoorViewerDocument } from './operations.generated.ts';
import { ScanPage } from './scan-page.tsx';
import { SetupPage } from './setup-page.tsx';

/** The frame around the pages of the door. */
export function DoorApp({ door }: { door: Door }) {
  const { t, i18n } = useTranslation('door');
  return (
    <I18nProvider locale={i18n.language}>
      <header className="header door-header">
        <div>
          <b>{t('brand')}</b>
          <LanguageSwitch />
        </div>
      </header>
      <NewVersion />
      <main>
        <Gate door={door} />
      </main>
    </I18nProvider>
  );
}

/**
 * Admits staff and operators to the page. Whoever has set the door up can continue without a network. The server checks what they
 * may do when it is sent their scans.
 */
function Gate({ door }: { door: Door }) {
  const session = useSession();
  const state = useSyncExternalStore(
    (listener) => door.onChange(listener),
    () => door.state,
  );
  const hasSetUp = session !== undefined && state.setup?.userId === session.userId && state.isAllowed;
  const { data, error, refetch } = useQuery(DoorViewerDocument, {
    skip: session === undefined || hasSetUp,
    fetchPolicy: 'network-only',
  });
  if (session === undefined) return <LogIn />;
  if (hasSetUp) return <ScanPage door={door} state={state} />;
  const me = data?.me;
  if (me?.role === 'STAFF' || me?.role === 'OPERATOR') return <SetupPage door={door} userId={me.id} />;
  return (
    <div className="page narrow">
      {me ? <Refused name={me.name} /> : error ? <Failed error={error} again={refetch} /> : <Loading />}
    </div>
  );
}

function LogIn() {
  const { t } = useTranslation('door');
  useTitle(t('gate.logIn'));
  return (
    <div className="page narrow stack wide">
      <div className="stack tight">
        <h1>{t('gate.logIn')}</h1>
        <p className="soft">{t('gate.logInHint')}</p>
      </div>
      <LogInForm />
    </div>
  );
}

function Refused({ name }: { name: string }) {
  const { t } = useTranslation('door');
  useTitle(t('gate.refused'));
  return (
    <Empty isPage title={t('gate.refused')}>
      <p className="soft">{t('gate.refusedHint', { name })}</p>
      <Button className="button primary" onPress={forgetSession}>
        {t('gate.logInAsOther')}
      </Button>
    </Empty>
  );
}
