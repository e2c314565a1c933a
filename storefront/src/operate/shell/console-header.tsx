import { useApolloClient, useQuery } from '@apollo/client/react';
import { useTranslation } from 'react-i18next';
import { Button } from 'react-aria-components/Button';
import { LogOutDocument } from '../../api/operations.generated.ts';
import { currentSession, forgetSession, useSession } from '../../api/session.ts';
import { Brand, LanguageSwitch, Tab } from '../../shell/header.tsx';
import { OperatorDocument } from '../operations.generated.ts';

/** The links to the pages, for users who may open them. */
export function ConsoleHeader() {
  const { t } = useTranslation('operate');
  const session = useSession();
  const { data } = useQuery(OperatorDocument, { skip: session === undefined });
  const isOperator = session !== undefined && data?.me?.role === 'OPERATOR';
  return (
    <header className="header console">
      <div>
        <div className="row">
          <Brand />
          <span className="badge">{t('nav.console')}</span>
        </div>
        {isOperator && (
          <nav className="tabs" aria-label={t('nav.main')}>
            <Tab href="/" pages="/(sales)?/*?" icon="chart" label={t('nav.sales')} />
            <Tab href="/purchases" pages="/purchases/*?" icon="tickets" label={t('nav.purchases')} />
            <Tab href="/halls" pages="/halls/*?" icon="hall" label={t('nav.halls')} />
            <Tab href="/staff" icon="account" label={t('nav.staff')} />
            <Tab href="/trouble" pages="/trouble/*?" icon="warning" label={t('nav.trouble')} />
            <Tab href="/log" icon="log" label={t('nav.log')} />
            {import.meta.env.DEV && <Tab href="/explorer" icon="code" label={t('nav.explorer')} />}
          </nav>
        )}
        <div className="row end">
          <LanguageSwitch />
          {session !== undefined && <LogOut />}
        </div>
      </div>
    </header>
  );
}

export function LogOut({ className = 'button quiet', label }: { className?: string; label?: string }) {
  const { t } = useTranslation();
  const client = useApolloClient();
  const logOut = async () => {
    const refreshToken = currentSession()?.refreshToken ?? '';
    await client.mutate({ mutation: LogOutDocument, variables: { refreshToken } }).catch(() => undefined);
    forgetSession();
  };
  return (
    <Button className={className} onPress={() => void logOut()}>
      {label ?? t('account.logOut')}
    </Button>
  );
}
