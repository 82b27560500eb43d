import { Presets, SingleBar } from 'cli-progress';

const LINE_EVERY_MS = 10_000;

export interface ProgressCounts {
  readonly done: number;
  /** Undefined: not known yet. */
  readonly total: number | undefined;
  /** Undefined: there can be none, and nothing is said of them. */
  readonly duplicate?: number;
  readonly rejected?: number;
}

const seconds = (left: number): string =>
  left >= 3_600
    ? `${Math.floor(left / 3_600)}h${String(Math.floor((left % 3_600) / 60)).padStart(2, '0')}m`
    : left >= 60
      ? `${Math.floor(left / 60)}m${String(Math.floor(left % 60)).padStart(2, '0')}s`
      : `${Math.ceil(left)}s`;

/** `12,000 of 20,000 events   60 %   9,850/s   duplicate 0   rejected 0   1s left` */
export const progressLine = (counts: ProgressCounts, elapsedMs: number, doneBefore = 0): string => {
  const { done, total, duplicate, rejected } = counts;
  const rate = elapsedMs > 0 ? (done - doneBefore) / (elapsedMs / 1_000) : 0;
  const whole = total ? ` of ${total.toLocaleString('en')} events   ${Math.floor((100 * done) / total)} %` : ' events';
  const left = total && rate > 0 ? `   ${seconds((total - done) / rate)} left` : '';
  const answers = duplicate === undefined ? '' : `   duplicate ${duplicate}   rejected ${rejected}`;
  return `${done.toLocaleString('en')}${whole}   ${Math.round(rate).toLocaleString('en')}/s${answers}${left}`;
};

/** Progress on stderr: a bar on a terminal, otherwise a line every ten seconds and one at the end. */
export class Progress {
  private readonly started = Date.now();
  private readonly bar: SingleBar | undefined;
  private lastLine = Date.now();
  private counts: ProgressCounts = { done: 0, total: undefined };

  /** @param doneBefore what an earlier run did: it is part of the whole and not of the rate */
  constructor(
    private readonly isQuiet: boolean,
    private readonly doneBefore = 0,
    private readonly output: NodeJS.WriteStream = process.stderr,
  ) {
    if (isQuiet || !output.isTTY) return;
    this.bar = new SingleBar(
      { format: '{bar} {line}', stream: output, hideCursor: true, barsize: 20 },
      Presets.shades_classic,
    );
    this.bar.start(1, 0, { line: '' });
  }

  show(counts: ProgressCounts): void {
    this.counts = counts;
    const line = this.line;
    if (this.bar) {
      this.bar.setTotal(counts.total ?? counts.done + 1);
      this.bar.update(counts.done, { line });
    } else if (!this.isQuiet && Date.now() - this.lastLine >= LINE_EVERY_MS) {
      this.lastLine = Date.now();
      this.output.write(`${line}\n`);
    }
  }

  end(): void {
    this.bar?.stop();
    if (!this.bar && !this.isQuiet) this.output.write(`${this.line}\n`);
  }

  private get line(): string {
    return progressLine(this.counts, Date.now() - this.started, this.doneBefore);
  }
}
