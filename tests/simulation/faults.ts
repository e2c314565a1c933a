import type { Passage } from './world/jetstream.ts';
import type { Process } from './world/process.ts';
import { Random } from './world/random.ts';

/** What may happen to a process during a statement or a request. */
export type Fate = 'nothing' | 'crash-before' | 'crash-after' | 'cut-before' | 'cut-after';

/** How likely each misfortune is. Each schedule has its own: some are calm, some have one kind only, some have all. */
interface Weather {
  readonly crashAtCommit: number;
  readonly crashElsewhere: number;
  readonly cut: number;
  readonly lostMessage: number;
  readonly copiedMessage: number;
  /** The average time, in s, between misfortunes of a process or of the whole broker; 0 means never. */
  readonly mishapEvery: number;
  /** Whether the broker's disk may lose everything, lose its last messages, or rot. */
  readonly brokerLoss: boolean;
  /** The consumer that fails at one event, however often it tries. */
  readonly poison: string | undefined;
  /** By how many ms clocks may be wrong. */
  readonly clockSkewMs: number;
  /** The service with two replicas, one of which loses its database while the other one continues. */
  readonly alone: string | undefined;
}

const services = ['users', 'queue', 'concerts', 'reservations', 'payments', 'sagas', 'deliveries'];

/** If a consumer gives up on one of these events, its purchase stops, but can be compensated. */
const forward = [
  'reservations-on-seats-held-v1',
  'payments-on-reservation-created-v1',
  'reservations-on-payment-completed-v1',
  'concerts-on-reservation-confirmed-v1',
];
const others = [
  'concerts-on-reservation-cancelled-v1',
  'concerts-on-ticket-ended-v1',
  'queue-on-reservation-confirmed-v1',
  'payments-on-user-registered-v1',
  'payments-on-reservation-expired-v1',
  'sagas-on-seats-held-v1',
  'deliveries-on-reservation-confirmed-v1',
];

const calm: Weather = {
  crashAtCommit: 0,
  crashElsewhere: 0,
  cut: 0,
  lostMessage: 0,
  copiedMessage: 0,
  mishapEvery: 0,
  brokerLoss: false,
  poison: undefined,
  clockSkewMs: 0,
  alone: undefined,
};

function drawWeather(random: Random): Weather {
  const sometimes = <T>(value: T, otherwise: T) => (random.chance(0.5) ? value : otherwise);
  // Every tenth schedule is calm. Then a fan who pays in time must get the seats, and no refund can hide a mistake.
  if (random.chance(0.1)) return calm;
  return {
    crashAtCommit: sometimes(0.02, 0),
    crashElsewhere: sometimes(0.001, 0),
    cut: sometimes(0.004, 0),
    lostMessage: sometimes(0.08, 0),
    copiedMessage: sometimes(0.15, 0),
    mishapEvery: sometimes(random.between(5, 60), 0),
    brokerLoss: sometimes(true, false),
    poison: random.chance(0.2) ? random.pick([...forward, ...others]) : undefined,
    clockSkewMs: sometimes(random.pick([100, 1_000, 5_000]), 0),
    alone: undefined,
  };
}

/**
 * In every sixth schedule, one replica loses its database; in half of them nothing else goes wrong.
 * @param dice separate dice, so that all other schedules stay as they were before this was added
 */
function withOneAlone(weather: Weather, dice: Random): Weather {
  if (!dice.chance(1 / 6)) return weather;
  const alone = dice.pick(services);
  // An event that cannot be handled could keep the system from coming to rest for another reason.
  return dice.chance(0.5) ? { ...calm, alone } : { ...weather, poison: undefined, alone };
}

/** Decides at each opportunity whether something goes wrong. */
export class Faults {
  readonly weather: Weather;
  readonly #random: Random;
  /** Nothing goes wrong before the doors open and after the storm. */
  isStorm = false;
  /** The id of the event that cannot be handled before the repair. */
  #poisoned: string | undefined;
  #isRepaired = false;
  /** The name of the replica that has no database now. It has none either after it has been started again. */
  alone: string | undefined;

  constructor(random: Random, seed: number) {
    this.#random = random;
    this.weather = withOneAlone(drawWeather(random), new Random(~seed));
  }

  /** Whether a fan who pays in time is certain to get the seats. */
  get isCalm(): boolean {
    return this.weather === calm;
  }

  isAlone({ name }: Pick<Process, 'name'>): boolean {
    return name === this.alone;
  }

  atStatement(process: Process, sql: string): Fate {
    const { crashAtCommit, crashElsewhere, cut } = this.weather;
    if (!this.isStorm) return 'nothing';
    return this.#fate(sql === 'COMMIT' ? crashAtCommit : crashElsewhere, cut);
  }

  atRequest(_process: Process): Fate {
    const { crashElsewhere, cut } = this.weather;
    return this.isStorm ? this.#fate(10 * crashElsewhere, 5 * cut) : 'nothing';
  }

  /** What happens to a message on its way to a consumer, or to its acknowledgement. */
  passage(): Passage {
    const { lostMessage, copiedMessage } = this.weather;
    if (!this.isStorm) return 'delivered';
    if (this.#random.chance(lostMessage)) return 'lost';
    return this.#random.chance(copiedMessage) ? 'twice' : 'delivered';
  }

  /** @throws if this consumer cannot handle this event. Any event that comes in the storm may become such a one */
  check(consumer: string, eventId: string): void {
    const mayBeIt = this.isStorm && this.weather.poison === consumer && this.#poisoned === undefined;
    if (mayBeIt && this.#random.chance(0.5)) this.#poisoned = eventId;
    const isIt = this.weather.poison === consumer && this.#poisoned === eventId;
    if (isIt && !this.#isRepaired) throw new Error('this event cannot be handled here');
  }

  /** Whether something cannot be completed before the repair. */
  get needsRepair(): boolean {
    return this.#poisoned !== undefined && !forward.includes(this.weather.poison ?? '');
  }

  /** From now on, everything can be handled. */
  repair(): void {
    this.#isRepaired = true;
  }

  #fate(crash: number, cut: number): Fate {
    if (this.#random.chance(crash)) return this.#random.pick(['crash-before', 'crash-after']);
    if (this.#random.chance(cut)) return this.#random.pick(['cut-before', 'cut-after']);
    return 'nothing';
  }
}
