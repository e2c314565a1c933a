import { audiences } from '@frontrow/stack/audit/audiences';
import { routes } from './routes.ts';
import type { EventType } from './contracts/all.ts';

it('the audit asks those whom the routes name', () => {
  const asked = audiences.map(({ type, by, to }) => ({ type, by, to: [...to].toSorted() }));
  const named = (Object.keys(routes) as EventType[]).flatMap((type) => {
    const { publishedBy, handledBy } = routes[type];
    return handledBy.length === 0
      ? []
      : publishedBy.map((by) => ({ type, by, to: [...handledBy].toSorted() }));
  });
  expect(new Set(asked)).toEqual(new Set(named));
});
