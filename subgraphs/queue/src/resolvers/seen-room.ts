import { isOperator } from '@frontrow/kit/viewer';
import type { Viewer } from '@frontrow/kit/viewer';
import { isPublished } from '../domain/room.ts';
import type { Room } from '../domain/room.ts';

/** The room if the viewer may see it; null for all but operators until its concert is published. */
export const seenRoom = <Found extends Room>(room: Found | null, viewer: Viewer | null): Found | null =>
  room !== null && (isOperator(viewer) || isPublished(room, new Date())) ? room : null;
