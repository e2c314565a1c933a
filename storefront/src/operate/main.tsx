import { ApolloProvider } from '@apollo/client/react';
import i18next from 'i18next';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { askAgainWhenOnline, cache, client, followSession } from '../api/client.ts';
import { listenToOtherTabs } from '../api/session.ts';
import { preferredLanguage, startTranslations } from '../i18n/i18n.ts';
import { typePolicies } from './cache.ts';
import { en } from './i18n/en.ts';
import { ko } from './i18n/ko.ts';
import { Console } from './shell/console.tsx';
import '../design/fonts.css';
import '../design/tokens.css';
import '../design/base.css';
import '../design/components.css';
import './operate.css';

cache.policies.addTypePolicies(typePolicies);
listenToOtherTabs();
followSession();
askAgainWhenOnline();
await startTranslations(preferredLanguage());
i18next.addResourceBundle('en', 'operate', en);
i18next.addResourceBundle('ko', 'operate', ko);
createRoot(document.getElementById('root') as HTMLElement).render(
  <StrictMode>
    <ApolloProvider client={client}>
      <Console />
    </ApolloProvider>
  </StrictMode>,
);
