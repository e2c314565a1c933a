/** How many characters of an answer an operator is shown. */
export const shownCharacters = 200;

/** One line, without characters that a terminal or a browser would interpret. */
export const printable = (text: string) =>
  text
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim()
    .slice(0, shownCharacters);
