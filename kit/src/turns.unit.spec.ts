import { Turns } from './turns.ts';

const turnsOf = (...items: string[]) => {
  const turns = new Turns<string>();
  for (const item of items) turns.put(item.charAt(0), item);
  return turns;
};
const taken = (turns: Turns<string>) => Array.from({ length: turns.size }, () => turns.next());

describe('turns', () => {
  it('are taken by all, however much one has waiting', () => {
    const turns = turnsOf('a1', 'a2', 'a3', 'b1', 'c1', 'b2');
    expect(turns.longest()).toBe('a');
    expect(taken(turns)).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3']);
    expect([turns.next(), turns.size, turns.longest()]).toEqual([undefined, 0, undefined]);
  });

  it('of one who comes in between are after those who wait', () => {
    const turns = turnsOf('a1', 'a2', 'b1');
    expect(turns.next()).toBe('a1');
    turns.put('c', 'c1');
    expect(taken(turns)).toEqual(['b1', 'a2', 'c1']);
  });

  it('are not had by what was removed', () => {
    const turns = turnsOf('a1', 'a2', 'b1');
    turns.remove('b', 'b1');
    turns.remove('a', 'a2');
    turns.remove('a', 'a2');
    expect([turns.of('a').length, turns.of('b').length, taken(turns)]).toEqual([1, 0, ['a1']]);
  });
});
