import { differencesOf } from './differences.ts';

describe('what an action changed', () => {
  it('is what differs, and nothing else', () => {
    expect(differencesOf({ status: 'OPEN', maxActive: 100 }, { status: 'PAUSED', maxActive: 100 })).toEqual([
      { field: 'status', before: 'OPEN', after: 'PAUSED' },
    ]);
  });

  it('are all fields of something new, and of something that is gone', () => {
    expect(differencesOf(null, { email: null })).toEqual([
      { field: 'email', before: undefined, after: 'null' },
    ]);
    expect(differencesOf({ role: 'OPERATOR' }, null)).toEqual([
      { field: 'role', before: 'OPERATOR', after: undefined },
    ]);
  });
});
