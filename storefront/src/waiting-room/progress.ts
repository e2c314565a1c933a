/**
 * How far a fan has come, from 0 to 1, given the place that they were first seen at in this browser.
 * @param position 1 is next
 */
export function progressOf(first: number, position: number): number {
  if (position <= 0) return 1;
  const places = Math.max(first, position);
  return (places - position + 1) / (places + 1);
}

/** The first position that this tab saw of a ticket, kept over a reload. */
export function firstPosition(ticketId: string, position: number): number {
  const key = `frontrow.first-position.${ticketId}`;
  const kept = Number(sessionStorage.getItem(key));
  if (kept >= position) return kept;
  sessionStorage.setItem(key, String(position));
  return position;
}
