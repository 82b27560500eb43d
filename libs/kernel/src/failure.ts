/** What the caller of a failed call can do about it. The api maps a kind to one HTTP status, and nothing else does. */
export type FailureKind =
  | 'malformed'
  | 'unauthenticated'
  | 'forbidden'
  | 'missing'
  | 'conflict'
  | 'tooLarge'
  | 'unsupported'
  | 'unacceptable'
  | 'invalid'
  | 'refused'
  | 'tooMany'
  | 'corrupt'
  | 'unavailable'
  | 'full';

/** One sentence in both languages. `{name}` is filled from the parameters of the failure. */
export interface BilingualText {
  readonly ar: string;
  readonly en: string;
}

export interface FailureRule extends BilingualText {
  readonly kind: FailureKind;
  /** Whether the same request may succeed later without being changed. Default false. */
  readonly isRetryable?: boolean;
}

/** Code `<noun>.<ruleInCamelCase>` → rule. Codes are public and permanent. */
export type FailureTable = Readonly<Record<`${string}.${string}`, FailureRule>>;

/** One fault of a submitted document. */
export interface Fault {
  /** JSON Pointer in fragment form, for example `#/data/feeDue`. */
  readonly pointer: string;
  readonly code: string;
  readonly text: BilingualText;
  /** What would have been accepted. */
  readonly expected?: string;
  /** What was received. Left out for personal fields. */
  readonly received?: string;
}

/** The one way in which a rule says no. Carries both languages; whoever shows it picks one. */
export class Failure extends Error {
  override readonly name = 'Failure';

  constructor(
    readonly code: string,
    readonly rule: FailureRule,
    readonly params: Readonly<Record<string, string>> = {},
    readonly faults: readonly Fault[] = [],
    cause?: unknown,
  ) {
    super(fill(rule.en, params), cause === undefined ? undefined : { cause });
  }

  get kind(): FailureKind {
    return this.rule.kind;
  }

  get isRetryable(): boolean {
    return this.rule.isRetryable ?? false;
  }

  /**
   * Whether the same request may be answered otherwise one day: it is worth repeating, or somebody has to mend the store first.
   * What comes behind it in its stream must not overtake it.
   */
  get isUnsettled(): boolean {
    return this.isRetryable || UNSETTLED.has(this.kind);
  }

  /** The sentence in one language with its parameters filled in. */
  text(language: 'ar' | 'en'): string {
    return fill(this.rule[language], this.params);
  }
}

const UNSETTLED: ReadonlySet<FailureKind> = new Set(['unavailable', 'full', 'corrupt']);

export interface FailureDetails {
  readonly params?: Readonly<Record<string, string>>;
  readonly faults?: readonly Fault[];
  readonly cause?: unknown;
}

/** Binds a failure table, so that a misspelt code does not compile: `throw refuse('paper.unknown')`. */
export const failingWith =
  <T extends FailureTable>(table: T) =>
  (code: keyof T & string, { params, faults, cause }: FailureDetails = {}): Failure =>
    new Failure(code, table[code as keyof FailureTable] as FailureRule, params, faults, cause);

const fill = (text: string, params: Readonly<Record<string, string>>): string =>
  text.replace(/\{(\w+)\}/g, (whole, name: string) => params[name] ?? whole);
