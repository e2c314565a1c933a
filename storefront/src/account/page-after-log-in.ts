/** The page that asked to log in: always a path of this site, whatever a link from elsewhere says. */
export function pageAfterLogIn(search: string): string {
  const next = new URLSearchParams(search).get('next') ?? '/';
  const base = 'https://here.invalid';
  if (!URL.canParse(next, base)) return '/';
  const { origin, pathname, search: rest } = new URL(next, base);
  return origin === base ? pathname + rest : '/';
}
