import { useQuery } from '@apollo/client/react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { LogInForm } from '../../account/log-in-form.tsx';
import { useSession } from '../../api/session.ts';
import { Empty, Failed, Loading } from '../../design/states.tsx';
import { useTitle } from '../../design/use-title.ts';
import { OperatorDocument } from '../operations.generated.ts';
import { LogOut } from './console-header.tsx';

/**
 * Shows the pages to operators only. This is not what protects anything: the services refuse others whatever page they open. It
 * only spares a fan a page full of refusals.
 */
export function Gate({ children }: { children: ReactNode }) {
  const session = useSession();
  const { data, error, refetch } = useQuery(OperatorDocument, { skip: session === undefined });
  const me = session && data?.me;
  if (session === undefined) return <LogIn />;
  if (me?.role === 'OPERATOR') return children;
  return (
    <div className="page narrow">
      {me ? <Refused name={me.name} /> : error ? <Failed error={error} again={refetch} /> : <Loading />}
    </div>
  );
}

function Refused({ name }: { name: string }) {
  const { t } = useTranslation('operate');
  useTitle(t('gate.refused'));
  return (
    <Empty isPage title={t('gate.refused')}>
      <p className="soft">{t('gate.refusedHint', { name })}</p>
      <LogOut className="button primary" label={t('gate.logInAsOther')} />
      {/* The storefront is another page, which the router of this page does not know. */}
      <a className="link" href="/">
        {t('gate.toStorefront')}
      </a>
    </Empty>
  );
}

function LogIn() {
  const { t } = useTranslation('operate');
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
