/** How much of an answer an operator is shown. */
export const shownCharacters = 200;

/** One line, without what a terminal or a browser would take for more than text. */
export const printable = (text: string) =>
  text
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim()
    .slice(0, shownCharacters);
