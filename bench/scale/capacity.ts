import type { Design, Part } from './designs.js';
import type { Figures } from './figures.js';

/** A core that is busier than this keeps work waiting. */
const BUSY_MAX = 0.8;
/** Sequential writes of one disk, with room for checkpoints. */
const WAL_BYTES_A_SECOND_MAX = 200e6;
const MICROS = 1e6;
/** Instead of dividing by nothing. */
export const NOTHING = 1e-9;

/** What an intake may wait for: threads of the api, the order of the journal, its disk, cores that it shares. */
export type Way = 'api' | 'order' | 'disk' | 'cores';

interface Group {
  readonly name: string;
  readonly cores: number;
  /** CPU of questions, µs a second. */
  readonly answering: number;
  /** Free of questions and not beyond {@link BUSY_MAX}; µs a second. */
  readonly free: number;
  /** µs an event. */
  readonly intake: number;
  readonly projecting: number;
}

/** Events a second that a design can do while `questions` a second are answered. */
export class Capacity {
  readonly intake: number;
  /** What gives in first when more are sent. */
  readonly narrowest: Way;
  /** Whether cores are left to answer all questions. */
  readonly isAnswering: boolean;
  private readonly groups: readonly Group[];
  /** One projection is one thread. */
  private readonly fold: number;

  constructor(design: Design, figures: Figures, questions: number) {
    this.groups = groupsOf(design, figures, questions * figures.answerMicros);
    this.isAnswering = this.groups.every(({ cores, answering }) => answering <= cores * MICROS * BUSY_MAX);
    this.fold = (MICROS * BUSY_MAX) / Math.max(figures.foldOneMicros, figures.foldMicros / design.foldThreads);
    const ways: Readonly<Record<Way, number>> = {
      api:
        design.apiThreads * Math.min((MICROS * BUSY_MAX) / figures.intakeMicros, design.appendRatePerApi ?? Infinity),
      order: design.journalRate ?? figures.journalRate,
      disk: WAL_BYTES_A_SECOND_MAX / figures.walBytes,
      cores: Math.min(...this.groups.map(({ free, intake }) => (intake > 0 ? free / intake : Infinity))),
    };
    const [narrowest] = (Object.keys(ways) as Way[]).sort((one, other) => ways[one] - ways[other]);
    this.narrowest = narrowest!;
    this.intake = ways[this.narrowest];
  }

  /** Events a second that are projected with what is left of the cores when so many are taken in. */
  project(taken: number): number {
    let rate = this.fold;
    for (const { free, intake, projecting } of this.groups) {
      if (projecting > 0) rate = Math.min(rate, Math.max(0, free - taken * intake) / projecting);
    }
    return rate;
  }

  /** Share of its cores that each group uses for so many events a second, all the way. */
  busy(events: number): Readonly<Record<string, number>> {
    return Object.fromEntries(
      this.groups.map(({ name, cores, answering, intake, projecting }) => [
        name,
        (events * (intake + projecting) + answering) / (cores * MICROS),
      ]),
    );
  }
}

const groupsOf = (design: Design, figures: Figures, answering: number): readonly Group[] => {
  const micros: Readonly<Record<Part, number>> = {
    api: figures.intakeMicros,
    journal: figures.journalMicros,
    readModels: figures.projectMicros,
    worker: figures.foldMicros,
    answers: 0,
  };
  return Object.entries(design.cores).map(([name, cores]) => {
    const of = (...parts: readonly Part[]) =>
      parts.reduce((sum, part) => sum + (design.runs[part] === name ? micros[part] : 0), 0);
    const asked = design.runs.answers === name ? answering : 0;
    const free = Math.max(0, cores * MICROS * BUSY_MAX - asked);
    return {
      name,
      cores,
      answering: asked,
      free,
      intake: of('api', 'journal'),
      projecting: of('readModels', 'worker'),
    };
  });
};
