/**
 * For how long others may join a read, in ms after it was sent. Their answer can be older by so much than one of their own would
 * be. The news of a change takes about as long to reach anybody, so that who has heard of one and looks sees it.
 */
const joinableMs = 20;

interface Read<Answer> {
  readonly sentAt: number;
  readonly answer: Promise<Answer>;
}

/**
 * Reads that are under way to subgraphs. Who asks the same on behalf of the same viewer meanwhile gets the same answer: when
 * thousands open the same page at the same moment, one of them asks.
 *
 * Only what has been sent is joined, never what still waits for its turn: else somebody who keeps a client's turns busy
 * could make others wait in that line.
 */
export class SharedReads<Answer> {
  /** By the viewer's token, '' for those who have none, and then by question. */
  readonly #underWay = new Map<string, Map<string, Read<Answer>>>();

  /** The answer that somebody waits for already, if it was asked for only just now. */
  find(viewer: string, question: string): Promise<Answer> | undefined {
    const read = this.#underWay.get(viewer)?.get(question);
    return read !== undefined && performance.now() - read.sentAt < joinableMs ? read.answer : undefined;
  }

  /** Lets others join in what was just sent. */
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

  /** For when the viewer has changed something: what was asked before that is joined by nobody who asks after it. */
  changed(viewer: string): void {
    this.#underWay.delete(viewer);
  }
}
