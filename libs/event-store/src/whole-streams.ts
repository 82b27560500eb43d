import type { StoredEvent } from './port.js';

const STREAMS_PER_QUESTION_MAX = 128;
const QUESTIONS_MAX = 2;
/** Fewer wait for the question under way: a question costs both sides as much as so many more streams in one. */
const OVERLAP_STREAMS_MIN = 32;

interface Waiting {
  readonly stream: string;
  readonly resolve: (events: readonly StoredEvent[]) => void;
  readonly reject: (error: unknown) => void;
}

type Ask = (streams: readonly string[]) => Promise<readonly (readonly StoredEvent[])[]>;

/**
 * Loads of whole streams that are asked for while others are under way go together in one question (3 times the loads a
 * second). A load joins only a question that is not yet sent: it sees everything committed before it was asked for.
 */
export class WholeStreams {
  private waiting: Waiting[] = [];
  private underWay = 0;
  private isKicked = false;

  constructor(private readonly ask: Ask) {}

  read(stream: string): Promise<readonly StoredEvent[]> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ stream, resolve, reject });
      this.kick();
    });
  }

  private kick(): void {
    if (this.isKicked || this.waiting.length === 0 || !this.isWorthAQuestion()) return;
    this.isKicked = true;
    setImmediate(() => {
      this.isKicked = false;
      void this.load(this.waiting.splice(0, STREAMS_PER_QUESTION_MAX));
      this.kick();
    });
  }

  private isWorthAQuestion(): boolean {
    if (this.underWay === 0) return true; // nobody is served by waiting
    return this.underWay < QUESTIONS_MAX && this.waiting.length >= OVERLAP_STREAMS_MIN;
  }

  private async load(group: readonly Waiting[]): Promise<void> {
    this.underWay++;
    const streams = [...new Set(group.map(({ stream }) => stream))];
    try {
      const found = await this.ask(streams);
      const byStream = new Map(streams.map((stream, index) => [stream, found[index]]));
      for (const { stream, resolve } of group) resolve(byStream.get(stream) ?? []);
    } catch (error) {
      for (const { reject } of group) reject(error);
    } finally {
      this.underWay--;
      this.kick();
    }
  }
}
