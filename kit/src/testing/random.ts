/**
 * Chance that can be had again: tests print its seed.
 * Source: https://en.wikipedia.org/wiki/Linear_congruential_generator, with the numbers of Numerical Recipes
 */
export function randomFrom(seed = Math.trunc(Math.random() * 2 ** 31)) {
  let state = seed >>> 0;
  /** From 0 to 1, without 1. */
  const random = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  /** A whole number from 0 to `limit`, without that. */
  const below = (limit: number): number => Math.trunc(random() * limit);
  return {
    seed,
    random,
    below,
    pick: <Item>(among: readonly Item[]): Item => among[below(among.length)] as Item,
    /** The items in their order, in groups of 1 to `most`. */
    groups: <Item>(items: readonly Item[], most: number): Item[][] => {
      const rest = [...items];
      const groups: Item[][] = [];
      while (rest.length > 0) groups.push(rest.splice(0, 1 + below(most)));
      return groups;
    },
  };
}
