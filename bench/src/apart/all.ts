/**
 * Measurements of one part, which print what they find in words of their own. Each takes how many of what is counted, and is loaded
 * when it is asked for: pages bring a browser's driver.
 */
export const apart: Readonly<
  Record<string, { readonly of: string; measure(count?: number): Promise<void> }>
> = {
  'log-ins': {
    of: 'seconds',
    measure: async (seconds) => (await import('./log-ins.ts')).measureLogIns(seconds),
  },
  backlog: { of: 'events', measure: async (events) => (await import('./backlog.ts')).measureBacklog(events) },
  outages: {
    of: 'purchases',
    measure: async (purchases) => (await import('./outages.ts')).measureOutages(purchases),
  },
  'hall-editor': {
    of: 'tries',
    measure: async (tries) => (await import('./hall-editor.ts')).measureHallEditor(tries),
  },
  pages: { of: 'tries', measure: async (tries) => (await import('./pages.ts')).measurePages(tries) },
};
