/** What only the pages of the door say. */
export const en = {
  brand: 'Frontrow door',
  gate: {
    logIn: 'At the door',
    logInHint:
      'This page is for staff who admit people at the door. Log in with the account that an operator made staff.',
    refused: 'This page is for staff',
    refusedHint: 'You are logged in as {{name}}, who is a fan. Ask an operator to make the account staff.',
    logInAsOther: 'Log in with another account',
  },
  setup: {
    heading: 'Which door is this?',
    search: 'Find a concert',
    show: 'Show',
    door: 'Name of the door',
    doorHint: 'The name that staff use, e.g. North 2. If a ticket comes twice, all doors see this name.',
    begin: 'Begin',
    none: 'There is no such show.',
  },
  scan: {
    heading: 'Scan tickets',
    offline_one: 'No network. Tickets are checked on this phone; one scan is sent later.',
    offline_other: 'No network. Tickets are checked on this phone; {{count}} scans are sent later.',
    typed: 'Code, typed or by a scanner',
    check: 'Check',
    leave: 'Another show or door',
  },
  camera: {
    start: 'Start the camera',
    stop: 'Stop the camera',
    label: 'What the camera shows',
    failed: 'The camera cannot be used. Allow it in the browser’s settings, or type the code.',
  },
  verdict: {
    waiting: 'Hold a ticket before the camera.',
    yes: 'Yes, come in',
    no: 'No',
    offline: 'Its signature is valid, and it has not entered as far as this phone knows',
    already: 'In already: {{time}}, by the door {{door}}',
    because: {
      VOID: 'The reservation was cancelled.',
      UNKNOWN: 'This is not one of our tickets.',
      OTHER_SHOW: 'This ticket is for another show.',
      NOT_ALLOWED: 'You are not logged in as staff any more.',
      NO_LIST: 'This phone has no list of the show yet. It needs a network once.',
    },
  },
  counts: {
    admitted: 'In',
    of: '{{admitted}} of {{tickets}}',
    here: 'By this door',
    pending: 'To be told',
  },
  conflicts: {
    heading: 'Tickets that came twice',
    twice:
      '{{seat}} came twice: it entered by {{first}}, {{firstTime}}, and was let in again by {{door}}, {{time}}.',
    void: 'A ticket that had been cancelled was let in by {{door}}, {{time}}.',
  },
};
