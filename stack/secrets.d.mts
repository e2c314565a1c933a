/** The text of an .env: the example, with a value for each secret. */
export function environmentFile(): string;
/** Which secrets the text of an .env has no value for. */
export function lackingIn(text: string): string[];
