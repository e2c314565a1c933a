const paths = {
  concerts: 'M9 18V5l11-2v13M9 18a3 3 0 1 1-6 0 3 3 0 0 1 6 0Zm11-2a3 3 0 1 1-6 0 3 3 0 0 1 6 0Z',
  tickets: 'M3 9V6h18v3a3 3 0 0 0 0 6v3H3v-3a3 3 0 0 0 0-6Zm11-3v12',
  wallet: 'M3 7.5A2.5 2.5 0 0 1 5.5 5H18v3M3 7.5V17a2 2 0 0 0 2 2h16V8H5.5M17 13.5h.01',
  account: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8Zm-8 8c1-3.5 4-5 8-5s7 1.5 8 5',
  search: 'm20 20-4.5-4.5M11 17a6 6 0 1 0 0-12 6 6 0 0 0 0 12Z',
  close: 'M6 6l12 12M18 6 6 18',
  check: 'm5 12.5 4.5 4.5L19 7.5',
  warning: 'M12 9v4m0 3.5h.01M12 3.5 2.5 20h19L12 3.5Z',
  info: 'M12 11v5m0-8.5h.01M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Z',
  place:
    'M12 21c4-4.5 6.5-7.5 6.5-11a6.5 6.5 0 1 0-13 0c0 3.5 2.5 6.5 6.5 11Zm0-8.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z',
  plus: 'M12 5v14M5 12h14',
  minus: 'M5 12h14',
  fit: 'M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5',
  calendar: 'M4 6h16v14H4V6Zm0 4h16M8 3v4m8-4v4m-8 8 3 2 5-4',
  language:
    'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Zm0 0c3-3 3.5-6 3.5-9S15 6 12 3m0 18c-3-3-3.5-6-3.5-9S9 6 12 3M3.5 9.5h17m-17 5h17',
  chart: 'M4 4v16h16M8 16v-4m4 4V8m4 8v-6',
  hall: 'M8 4h8v4H8V4ZM4 13c5-3 11-3 16 0M4 17c5-3 11-3 16 0M5 21c4.5-2.5 9.5-2.5 14 0',
  log: 'M8 6h12M8 12h12M8 18h12M4 6h.01M4 12h.01M4 18h.01',
  code: 'm8 7-5 5 5 5m8-10 5 5-5 5',
} as const;

/** Always beside a text, or in a button that has a name, so screen readers need not hear of it. */
export const Icon = ({ name, size = 20 }: { name: keyof typeof paths; size?: number }) => (
  <svg
    width={size}
    height={size}
    viewBox="0 0 24 24"
    fill="none"
    stroke="currentColor"
    strokeWidth="1.75"
    aria-hidden="true"
  >
    <path d={paths[name]} strokeLinecap="round" strokeLinejoin="round" />
  </svg>
);
