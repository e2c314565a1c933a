/**
 * Measurements of single parts, which print their results in their own words. Each takes a number of the things that it counts.
 * Each is loaded when it is asked for, because pages need the driver of a browser.
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
  'long-line': {
    of: 'fans',
    measure: async (fans) => (await import('./long-line.ts')).measureLongLine(fans),
  },
  'hall-editor': {
    of: 'tries',
    measure: async (tries) => (await import('./hall-editor.ts')).measureHallEditor(tries),
  },
  pages: { of: 'tries', measure: async (tries) => (await import('./pages.ts')).measurePages(tries) },
};
