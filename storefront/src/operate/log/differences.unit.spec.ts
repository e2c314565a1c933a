import { differencesOf } from './differences.ts';

describe('what an action changed', () => {
  it('is what differs, and nothing else', () => {
    expect(differencesOf({ status: 'OPEN', maxActive: 100 }, { status: 'PAUSED', maxActive: 100 })).toEqual([
      { field: 'status', before: 'OPEN', after: 'PAUSED' },
    ]);
  });

  it('is everything of what is new, and of what is gone', () => {
    expect(differencesOf(null, { email: null })).toEqual([
      { field: 'email', before: undefined, after: 'null' },
    ]);
    expect(differencesOf({ role: 'OPERATOR' }, null)).toEqual([
      { field: 'role', before: 'OPERATOR', after: undefined },
    ]);
  });
});
