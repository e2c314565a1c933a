import { begin, change, redo, settle, undo } from './history.ts';
import {
  addSection,
  changeSection,
  duplicateSection,
  emptyScene,
  freeName,
  placesIn,
  toggleWheelchair,
} from './scene.ts';
import type { Scene } from './scene.ts';

const drawn = (...changes: Parameters<typeof changeSection>[2][]): Scene =>
  changes.reduce<Scene>(
    (scene, one, index) => changeSection(addSection(scene, 'SEATED', 0), index, one),
    emptyScene,
  );
const only = (scene: Scene) => scene.sections[0]!;

describe('a drawing', () => {
  it('names sections A, B and so on, and a copy by another name', () => {
    const scene = duplicateSection(
      addSection(addSection(emptyScene, 'SEATED', 500), 'STANDING', 900),
      0,
      1_234,
    );
    expect(scene.sections.map(({ name, x }) => [name, x])).toEqual([
      ['A', 0],
      ['B', 0],
      ['C', 1_230],
    ]);
    const names = Array.from({ length: 27 }, (_, index) => ({
      name: index < 26 ? String.fromCharCode(65 + index) : 'AA',
    }));
    expect(freeName({ sections: names as never })).toBe('AB');
    expect(placesIn(scene)).toBe(200 + 200 + 200);
  });

  it('makes a pair of two neighbours, not across an aisle, and two seats again', () => {
    const scene = drawn({ rows: 2, seatsPerRow: 4, aislesAfter: [2] });
    const [one, two] = [toggleWheelchair(scene, 0, 1, 2), toggleWheelchair(scene, 0, 2, 3)];
    expect(only(one).wheelchairs).toEqual([{ row: 1, number: 2, companion: 1 }]);
    expect(only(two).wheelchairs).toEqual([{ row: 2, number: 3, companion: 4 }]);
    expect(toggleWheelchair(one, 0, 1, 1).sections).toEqual(scene.sections);
    expect(toggleWheelchair(scene, 0, 1, 9)).toBe(scene);
    const alone = drawn({ rows: 1, seatsPerRow: 1 });
    expect(toggleWheelchair(alone, 0, 1, 1)).toBe(alone);
  });

  it('removes aisles and pairs where there are no seats any more', () => {
    const scene = toggleWheelchair(drawn({ rows: 2, seatsPerRow: 6, aislesAfter: [2, 4] }), 0, 2, 5);
    expect(only(changeSection(scene, 0, { seatsPerRow: 4 }))).toMatchObject({
      aislesAfter: [2],
      wheelchairs: [],
    });
    expect(only(changeSection(scene, 0, { rows: 1 })).wheelchairs).toEqual([]);
    expect(only(changeSection(scene, 0, { x: 10 })).wheelchairs).toHaveLength(1);
  });
});

describe('undo', () => {
  it('goes back step by step, and forward until something else is done', () => {
    const history = ['b', 'c'].reduce((now, next) => change(now, next), begin('a'));
    expect(undo(undo(undo(history))).present).toBe('a');
    expect(redo(undo(undo(history))).present).toBe('b');
    expect(redo(redo(redo(undo(undo(history))))).present).toBe('c');
    const other = change(undo(history), 'd');
    expect([redo(other).present, undo(other).present]).toEqual(['d', 'b']);
  });

  it('counts a drag as one step, and the next drag as another', () => {
    const dragged = ['b', 'c'].reduce((now, next) => change(now, next, 'drag 1'), begin('a'));
    expect(undo(dragged).present).toBe('a');
    expect(undo(change(settle(dragged), 'd', 'drag 1')).present).toBe('c');
    expect(undo(change(dragged, 'd', 'drag 2')).present).toBe('c');
    expect(change(dragged, 'c')).toBe(dragged);
  });
});
