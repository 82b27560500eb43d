import { type ApiClient, sentenceOf } from '../client.js';
import type { PatienceOptions } from '../patience.js';
import type { ImportIdentity, ImportState } from './import-state.js';
import { BARRIER, type Input, IntakePoster, type Item, type ItemResult, type Posted } from './poster.js';
import type { ProgressCounts } from './progress.js';
import type { RejectFile } from './rejects.js';
import { type Beginning, leftOf } from './resume.js';
import type { Source } from './sources.js';
import { type Mark, Watermark } from './watermark.js';

export interface ImportOptions {
  readonly source: Source;
  readonly beginning: Beginning;
  readonly rejects: RejectFile;
  /** Undefined: an input that cannot be read twice, so there is no use in keeping how far it was read. */
  readonly kept: { readonly state: ImportState; readonly identity: ImportIdentity } | undefined;
  readonly steward: ApiClient;
  readonly analyst: ApiClient;
  readonly patience: PatienceOptions;
  readonly errorsMax: number;
  readonly onProgress: (counts: ProgressCounts) => void;
}

const SAVE_EVERY_MS = 1_000;

/** Posts what is left of a source, and keeps on disk how far it has come. */
export class ImportRun {
  /** What ended it early, unless somebody did. */
  failure: unknown;
  private readonly stopping = new AbortController();
  private readonly watermark: Watermark;
  private readonly poster: IntakePoster;

  constructor(private readonly options: ImportOptions) {
    const { beginning, rejects, steward, source, patience, onProgress } = options;
    this.watermark = new Watermark(beginning.mark);
    this.poster = new IntakePoster(steward, {
      onResult: (item, result) => this.answered(item, result),
      onRefused: ({ refused, place }) => refused && rejects.add(refused, place),
      keep: () => rejects.keep(),
      onProgress,
      total: source.total,
      patience,
      watermark: this.watermark,
    });
  }

  get mark(): Mark {
    return this.watermark.mark;
  }

  get posted(): Posted {
    return this.poster.posted;
  }

  get isStopped(): boolean {
    return this.stopping.signal.aborted;
  }

  /** Finishes the requests on the way and takes no further input. */
  stop(): void {
    this.stopping.abort();
  }

  /** @returns whether everything has its final answer; otherwise what is on disk says how far it came. */
  async run(): Promise<boolean> {
    const ticking = setInterval(() => {
      this.poster.flush();
      void this.orFail(() => this.save());
    }, SAVE_EVERY_MS);
    await this.orFail(async () => {
      await this.poster.run(this.inputs(), this.stopping.signal);
      if (!this.isStopped && !this.watermark.isEmpty) throw new Error('the file ended before every answer had come');
    });
    clearInterval(ticking);
    // The mark passes a refusal only when it is on disk, so the state is right even where the last refusals could not be kept.
    await this.orFail(() => this.options.rejects.close());
    await this.orFail(async () => (this.isStopped ? this.save() : this.options.kept?.state.remove()));
    return !this.isStopped;
  }

  /** What cannot be done ends the run; how it goes on is said all the same. */
  private async orFail(step: () => Promise<void>): Promise<void> {
    await step().catch((error: unknown) => this.fail(error));
  }

  private async save(): Promise<void> {
    const { kept } = this.options;
    await kept?.state.save(kept.identity, this.mark);
  }

  private fail(error: unknown): void {
    this.failure ??= error;
    this.stop();
  }

  /** The file, and then what it changes of what the same source said before. */
  private async *inputs(): AsyncGenerator<Input> {
    const { source, beginning, analyst } = this.options;
    yield* leftOf(source, beginning);
    yield BARRIER;
    source.checkUnchanged?.();
    const isFirst = beginning.mark.record === 0 && !source.newer?.hadCells;
    if (source.newer && !isFirst) yield* source.newer.file.withdrawals(analyst, this.posted.lastPosition);
  }

  private answered(item: Item, { status, problem }: ItemResult): Item | undefined {
    if (status !== 'rejected' || !problem) return undefined;
    const { source, rejects, errorsMax } = this.options;
    const answer = source.newer?.file.answer(item, problem);
    if (answer) return answer;
    const reject = { origin: item.origin, code: problem.code, reason: sentenceOf(problem), ...content(item.text) };
    rejects.add(reject, item.place);
    if (rejects.count > errorsMax) this.stop();
    return undefined;
  }
}

const content = (text: string): { event?: unknown; line?: string } => {
  try {
    return { event: JSON.parse(text) };
  } catch {
    return { line: text };
  }
};
