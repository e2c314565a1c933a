/** What only the operators' pages say. They share the rest with the storefront. */
export const en = {
  nav: {
    console: 'Console',
    main: 'Main',
    sales: 'Sales',
    purchases: 'Purchases',
    trouble: 'Trouble',
    log: 'Log',
    explorer: 'Explorer',
  },
  gate: {
    logIn: 'Operate the sale',
    logInHint: 'These pages are for operators. Log in with an operator’s account.',
    refused: 'This page is for operators',
    refusedHint: 'You are logged in as {{name}}, who is a fan. Nothing here is for fans to see or do.',
    logInAsOther: 'Log in with another account',
    toStorefront: 'To the concerts',
  },
  sales: {
    heading: 'Sales',
    opens: 'sales open {{time}}',
    waiting: 'Waiting',
    admitted: 'Admitted',
    held: 'Held',
    sold: 'Sold',
  },
  room: {
    status: { OPEN: 'Open', PAUSED: 'Paused', CLOSED: 'Closed' },
  },
  log: {
    heading: 'Log of operators',
    lead: 'Everything that was done with the power of operators. Nobody can change or delete it.',
    none: 'Nothing was done yet',
    somebody: 'An operator whose account is gone',
    by: { SETTINGS: 'The settings, on starting', COMMAND: 'A command on the server' },
    actions: {
      createConcert: 'Made a concert',
      addSchedule: 'Added a date',
      configureWaitingRoom: 'Changed a waiting room',
      replayDeadLetter: 'Replayed a dead letter',
      redeliver: 'Sent a delivery again',
      addOperator: 'Made somebody an operator',
      endOperator: 'Made an operator a fan again',
      ensureOperator: 'Made somebody an operator',
    },
  },
};
