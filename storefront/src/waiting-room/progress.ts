/**
 * How far a fan has come, from 0 to 1, since the first position that this browser saw.
 * @param position 1 is next
 */
export function progressOf(first: number, position: number): number {
  if (position <= 0) return 1;
  const places = Math.max(first, position);
  return (places - position + 1) / (places + 1);
}

/** The first position of a ticket that this tab saw, which survives a reload. */
export function firstPosition(ticketId: string, position: number): number {
  const key = `frontrow.first-position.${ticketId}`;
  const kept = Number(sessionStorage.getItem(key));
  if (kept >= position) return kept;
  sessionStorage.setItem(key, String(position));
  return position;
}
