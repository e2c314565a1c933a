import { findBlocks, shareOut } from './block.ts';

/** `A1:3-5` means seats 3 to 5 in row 1 of section A. */
const seats = (...stretches: string[]) =>
  stretches.flatMap((stretch) => {
    const [, sectionId = '', row, from, to] = /^(\w)(\d+):(\d+)-(\d+)$/.exec(stretch) ?? [];
    const length = Number(to) - Number(from) + 1;
    return Array.from({ length }, (_, i) => {
      const number = Number(from) + i;
      return { id: `${sectionId}${row}:${number}`, sectionId, row: Number(row), number };
    });
  });

const found = (stretches: string[], count: number) => {
  const { blocks, rest } = findBlocks(seats(...stretches), count);
  return { blocks: blocks.map((block) => block.map(({ id }) => id)), rest: rest.map(({ id }) => id) };
};

describe('blocks of neighbouring seats', () => {
  it('are found best first and share no seat', () => {
    expect(found(['A1:1-4'], 2).blocks).toEqual([
      ['A1:1', 'A1:2'],
      ['A1:3', 'A1:4'],
    ]);
  });

  it('have no gap', () => {
    expect(found(['A1:1-2', 'A1:4-6'], 3).blocks).toEqual([['A1:4', 'A1:5', 'A1:6']]);
  });

  it('do not go round the corner into the next row', () => {
    expect(found(['A1:9-10', 'A2:11-12'], 3)).toEqual({ blocks: [], rest: ['A2:11', 'A2:12'] });
  });

  it('do not reach into the next section', () => {
    expect(found(['A1:1-1', 'B1:2-2'], 2).blocks).toEqual([]);
  });

  it('of one seat are all seats', () => {
    expect(found(['A1:1-1', 'A1:3-3'], 1).blocks).toEqual([['A1:1'], ['A1:3']]);
  });

  it('are none when there are no seats', () => {
    expect(found([], 2)).toEqual({ blocks: [], rest: [] });
  });
});

describe('a block that spans two pages', () => {
  it.each([1, 2, 3])('is found when the first page ends with %i of its seats', (onFirstPage) => {
    const all = seats('A1:1-1', 'A1:3-6', 'A2:1-1');
    const first = findBlocks(all.slice(0, 1 + onFirstPage), 4);
    const second = findBlocks([...first.rest, ...all.slice(1 + onFirstPage)], 4);
    expect(first.blocks).toEqual([]);
    expect(second.blocks).toEqual([seats('A1:3-6')]);
    expect(second.rest).toEqual(seats('A2:1-1'));
  });

  it('is not made of seats that a block of the first page has', () => {
    const all = seats('A1:1-5');
    const first = findBlocks(all.slice(0, 3), 3);
    const second = findBlocks([...first.rest, ...all.slice(3)], 3);
    expect(first.blocks).toEqual([seats('A1:1-3')]);
    expect(second.blocks).toEqual([]);
  });
});

describe('blocks for fans who come together', () => {
  const blocksOf = (count: number) => findBlocks(seats('A1:1-4'), count).blocks;
  const never = () => {
    throw new Error('nothing is left to chance');
  };
  const shared = (counts: number[]) =>
    shareOut(
      counts.map((count) => ({ blocks: blocksOf(count), isRetry: false })),
      never,
    ).map((block) => block?.map(({ id }) => id));

  it('are the best for whoever came first, and share no seat', () => {
    expect(shared([2, 2])).toEqual([
      ['A1:1', 'A1:2'],
      ['A1:3', 'A1:4'],
    ]);
  });

  it('share no seat when some want more seats than others', () => {
    expect(shared([1, 2, 1])).toEqual([['A1:1'], ['A1:3', 'A1:4'], ['A1:2']]);
  });

  it('are none for whoever comes when all have been given', () => {
    expect(shared([4, 1])).toEqual([['A1:1', 'A1:2', 'A1:3', 'A1:4'], undefined]);
  });

  it('are any that are free for whoever lost one before', () => {
    const blocks = blocksOf(1);
    const counts: number[] = [];
    const last = (count: number) => {
      counts.push(count);
      return count - 1;
    };
    const requests = [false, true, true].map((isRetry) => ({ blocks, isRetry }));
    expect(shareOut(requests, last).map((block) => block?.[0]?.id)).toEqual(['A1:1', 'A1:4', 'A1:3']);
    expect(counts).toEqual([3, 2]);
  });
});
