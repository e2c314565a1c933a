import { ApolloProvider } from '@apollo/client/react';
import i18next from 'i18next';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { client, followSession } from '../api/client.ts';
import { serverNow } from '../api/server-clock.ts';
import { listenToOtherTabs } from '../api/session.ts';
import { preferredLanguage, startTranslations } from '../i18n/i18n.ts';
import { registerServiceWorker, reloadWithNewVersion } from '../shell/service-worker.ts';
import { doorApi } from './door-api.ts';
import { openDoorStore } from './door-store.ts';
import { Door } from './door.ts';
import { DoorApp } from './door-app.tsx';
import { en } from './i18n/en.ts';
import { ko } from './i18n/ko.ts';
import '../design/fonts.css';
import '../design/tokens.css';
import '../design/base.css';
import '../design/components.css';
import '../shell/shell.css';
import './door.css';

listenToOtherTabs();
followSession();
reloadWithNewVersion();
registerServiceWorker('/door-worker.js', '/door');
await startTranslations(preferredLanguage());
i18next.addResourceBundle('en', 'door', en);
i18next.addResourceBundle('ko', 'door', ko);
const door = await Door.open({ api: doorApi(client), store: await openDoorStore(), now: serverNow });
createRoot(document.getElementById('root') as HTMLElement).render(
  <StrictMode>
    <ApolloProvider client={client}>
      <DoorApp door={door} />
    </ApolloProvider>
  </StrictMode>,
);
