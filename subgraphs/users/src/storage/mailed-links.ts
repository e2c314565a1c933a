import type { LinkPurpose } from '@frontrow/kit/mailed-link';
import { IsNull } from 'typeorm';
import type { EntityManager } from 'typeorm';
import type { MailedLink } from '../domain/mailed-link.ts';
import { mailedLinks } from './entities.ts';

// Whoever uses a link, or makes it void, has locked its account before.

export async function insertLink(manager: EntityManager, link: MailedLink): Promise<void> {
  await manager.insert(mailedLinks, link);
}

export const findLink = (
  manager: EntityManager,
  id: string,
  purpose: LinkPurpose,
): Promise<MailedLink | null> => manager.findOne(mailedLinks, { where: { id, purpose } });

/** Makes void all links to reset this user's password that were mailed before. */
export async function voidResetLinks(manager: EntityManager, userId: string, usedBy: string): Promise<void> {
  await manager.update(mailedLinks, { userId, purpose: 'PASSWORD_RESET', usedBy: IsNull() }, { usedBy });
}
