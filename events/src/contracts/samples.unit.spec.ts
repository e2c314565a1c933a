import { readdirSync, readFileSync } from 'node:fs';
import { envelope } from '../contract.ts';
import type { EventEnvelope } from '../contract.ts';
import { subjectOf } from '../broker.ts';
import { allContracts } from './all.ts';

const samples = new URL('../../samples/', import.meta.url);
const sampleOf = (type: string): EventEnvelope =>
  JSON.parse(readFileSync(new URL(`${type}.json`, samples), 'utf8')) as EventEnvelope;
const types = allContracts.map(({ type }) => type);

it('there is one sample for each contract, and none for anything else', () => {
  expect(readdirSync(samples).toSorted()).toEqual(types.map((type) => `${type}.json`).toSorted());
  expect(new Set(types).size).toBe(types.length);
});

/** Fields that events of earlier releases do not have. */
const addedLater: Readonly<Record<string, readonly string[]>> = {
  'user.registered.v1': ['email', 'locale'],
  'reservation.cancelled.v1': ['detail'],
  'reservation.confirm-failed.v1': ['detail'],
  'payment.refunded.v1': ['detail'],
};

it('README.md lists the contracts that there are', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const listed = [...readme.matchAll(/^\| `([a-z.-]+\.v\d+)` +\|/gm)].map(([, type]) => type);
  expect(listed.toSorted()).toEqual(types.toSorted());
});

it('an envelope is refused without any one of its attributes', () => {
  const { traceparent: _, ...sample } = sampleOf('seats.held.v1');
  expect(envelope.parse(sample)).toEqual(sample);
  for (const attribute of Object.keys(sample)) {
    if (attribute === 'data') continue; // the contract's to say
    const { success } = envelope.safeParse({ ...sample, [attribute]: undefined });
    expect({ attribute, success }).toEqual({ attribute, success: false });
  }
});

describe.each(allContracts.map((contract) => [contract.type, contract] as const))('%s', (type, contract) => {
  let sample: EventEnvelope;
  beforeAll(() => {
    sample = sampleOf(type);
  });

  it('has a sample that fits it, to the last field', () => {
    const parsed = envelope.parse(sample);
    expect(parsed).toEqual(sample);
    expect(parsed.type).toBe(type);
    // Nothing is in the sample that a reader would not get.
    expect(contract.data.parse(sample.data)).toEqual(sample.data);
  });

  it('refuses the sample without any one of its fields, and with any one that is something else', () => {
    const data = sample.data as Record<string, unknown>;
    for (const field of Object.keys(data)) {
      for (const wrong of [undefined, new Date(), -1]) {
        if (wrong === undefined && addedLater[type]?.includes(field) === true) continue; // old events lack it
        if (type === 'consumer.dead-lettered.v1' && field === 'event' && wrong === -1) continue; // may be anything
        const { success } = contract.data.safeParse({ ...data, [field]: wrong });
        expect({ field, wrong, success }).toEqual({ field, wrong, success: false });
      }
    }
  });

  it('reads a sample of a later version, which says more', () => {
    const later = { ...(sample.data as object), giftWrapped: true };
    expect(contract.data.parse(later)).toEqual(sample.data);
  });

  it('goes to one of 16 partitions, always the same for one subject', () => {
    const subject = subjectOf(type, sample.subject);
    expect(subject.startsWith(`frontrow.${type}.`)).toBe(true);
    expect(Number(subject.split('.').at(-1))).toBeLessThan(16);
    expect(subjectOf(type, sample.subject)).toBe(subject);
  });
});
