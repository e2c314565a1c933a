import { roomEntity } from './rooms.ts';
import { ticketEntity } from './tickets.ts';

export const entities = [roomEntity, ticketEntity];
