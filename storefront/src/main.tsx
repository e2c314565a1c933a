import { ApolloProvider } from '@apollo/client/react';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { askAgainWhenOnline, client, followSession } from './api/client.ts';
import { listenToOtherTabs } from './api/session.ts';
import { preferredLanguage, startTranslations } from './i18n/i18n.ts';
import { openHallEarly } from './seat-map/open-hall.ts';
import { App } from './shell/app.tsx';
import { registerServiceWorker, reloadWithNewVersion } from './shell/service-worker.ts';
import './design/fonts.css';
import './design/tokens.css';
import './design/base.css';
import './design/components.css';

openHallEarly(location.pathname);
listenToOtherTabs();
followSession();
askAgainWhenOnline();
reloadWithNewVersion();
registerServiceWorker();
await startTranslations(preferredLanguage());
createRoot(document.getElementById('root') as HTMLElement).render(
  <StrictMode>
    <ApolloProvider client={client}>
      <App />
    </ApolloProvider>
  </StrictMode>,
);
