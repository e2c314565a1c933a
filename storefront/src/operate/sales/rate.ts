/**
 * The rate of a minute as text, per second with one decimal. A slow sale is not shown as one that stands still.
 * @param count how many there were in the minute
 */
export function perSecond(count: number, language: string): string {
  const format = new Intl.NumberFormat(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const [rate, least] = [count / 60, 0.1];
  return count > 0 && rate < least ? `< ${format.format(least)}` : format.format(rate);
}
