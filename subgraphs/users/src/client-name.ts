import bowser from 'bowser';

const longestName = 100;

/**
 * A User-Agent as its owner would call it: "Safari on iOS", or the name that an app gives itself, such as "Frontrow/1.2". Null if
 * it says nothing.
 */
export function clientName(agent: string | undefined): string | null {
  const first = agent?.trim().split(/\s+/)[0];
  if (agent === undefined || first === undefined || first === '') return null;
  const { browser, os } = bowser.parse(agent);
  const isBrowser = agent.startsWith('Mozilla/') && browser.name !== undefined && browser.name !== '';
  const name = isBrowser ? [browser.name, os.name].filter(Boolean).join(' on ') : first;
  return name.slice(0, longestName);
}
