interface Read<Answer> {
  readonly sentAt: number;
  readonly answer: Promise<Answer>;
}

/**
 * Reads in progress. If somebody asks the same on behalf of the same viewer meanwhile, they get the same answer. So when
 * thousands open the same page at the same moment, one of them asks.
 *
 * Only reads that have been sent are joined, never those that still wait for their turn. Otherwise a client that keeps its turns
 * busy could make others wait in its line.
 */
export class SharedReads<Answer> {
  readonly #joinableMs: number;
  /** By viewer ('' for all who are not logged in), and then by question. */
  readonly #underWay = new Map<string, Map<string, Read<Answer>>>();

  /**
   * @param joinableMs for how long others may join a read after it was sent. Their answer may be this much older than one of
   * their own
   */
  constructor(joinableMs: number) {
    this.#joinableMs = joinableMs;
  }

  /** The answer that somebody is waiting for, if it was asked for only just now. */
  find(viewer: string, question: string): Promise<Answer> | undefined {
    const read = this.#underWay.get(viewer)?.get(question);
    return read !== undefined && performance.now() - read.sentAt < this.#joinableMs ? read.answer : undefined;
  }

  /** Lets others join a read that was just sent. */
  share(viewer: string, question: string, answer: Promise<Answer>): Promise<Answer> {
    const read = { sentAt: performance.now(), answer };
    const ofViewer = this.#underWay.get(viewer) ?? new Map<string, Read<Answer>>();
    this.#underWay.set(viewer, ofViewer.set(question, read));
    const forget = () => {
      if (ofViewer.get(question) === read) ofViewer.delete(question);
      if (ofViewer.size === 0 && this.#underWay.get(viewer) === ofViewer) this.#underWay.delete(viewer);
    };
    answer.then(forget, forget);
    return answer;
  }

  /** Called when the viewer has changed something or was told of a change: later reads do not join earlier ones. */
  changed(viewer: string): void {
    this.#underWay.delete(viewer);
  }
}
