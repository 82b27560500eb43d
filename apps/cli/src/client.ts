import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from './environment.js';
import { CliError, EXIT } from './exit-codes.js';
import { Patience, type PatienceOptions } from './patience.js';

/** Problem as the api words it (RFC 9457), as far as the command line uses it. */
export interface Problem {
  readonly code: string;
  readonly status: number;
  readonly title: string;
  /** The same event may be accepted when it is sent again. */
  readonly retryable?: boolean;
  readonly detail?: string;
  readonly hint?: string;
  readonly params?: Readonly<Record<string, string>>;
  readonly errors?: readonly {
    readonly pointer?: string;
    readonly code: string;
    readonly detail?: string;
    readonly expected?: string;
  }[];
}

/** The second operator is one of the development issuer alone: for what takes two. */
export type Role = 'integrator' | 'analyst' | 'regulator' | 'steward' | 'operator' | 'second-operator';

const REQUEST_MS_MAX = 60_000;
/** Answers that another attempt may change: over the rate, not there now, given up by something on the way. */
const TRANSIENT: ReadonlySet<number> = new Set([408, 429, 502, 503, 504]);

/** Token of a role: the file that SIJILL_TOKEN_FILE names, else the local development token. Undefined when there is none. */
export const readToken = ({ tokenFile, dataDirectory }: Environment, role: Role): string | undefined => {
  try {
    return readFileSync(tokenFile ?? join(dataDirectory, 'tokens', role), 'utf8').trim();
  } catch (error) {
    if (tokenFile)
      throw new CliError(`cannot read the token file ${tokenFile}: ${(error as Error).message}`, EXIT.signInNeeded);
    return undefined;
  }
};

/** What came of one attempt. */
export type Tried<T> =
  | { readonly answer: T; readonly obstacle?: undefined }
  | {
      readonly obstacle: CliError;
      /** 0: the server did not say. */
      readonly retryAfterMs: number;
      /** No whole answer came back; what was sent may have arrived. */
      readonly isLost: boolean;
    };

/** Calls the api. Waits and repeats on 429, 503 and lost connections: posting is safe to repeat, the same ids settle it. */
export class ApiClient {
  constructor(
    readonly url: string,
    private readonly token: string | undefined,
    private readonly patience: PatienceOptions = {},
  ) {}

  /** @throws CliError with the api's own sentence; exit code 4 when a sign-in is needed. */
  call(path: string, init: RequestInit = {}): Promise<Response> {
    return this.repeated(path, init, async (response) => response);
  }

  /** The answer, read to its end: one that breaks off is asked for again. */
  async json<T>(path: string, init: RequestInit = {}): Promise<T> {
    return this.parse<T>(await this.repeated(path, init, (response) => response.text()));
  }

  /** One try: the answer, or the obstacle that may pass. @throws CliError for what will not pass. */
  async tryJson<T>(path: string, init: RequestInit): Promise<Tried<T>> {
    const tried = await this.attempt(path, init, (response) => response.text());
    return tried.obstacle === undefined ? { answer: this.parse<T>(tried.answer) } : tried;
  }

  private parse<T>(text: string): T {
    try {
      return JSON.parse(text) as T;
    } catch {
      throw new CliError(`${this.url} does not answer like a ledger: ${text.slice(0, 100)}`);
    }
  }

  private async repeated<T>(path: string, init: RequestInit, read: (response: Response) => Promise<T>): Promise<T> {
    for (const patience = new Patience(this.patience); ; ) {
      const tried = await this.attempt(path, init, read);
      if (tried.obstacle === undefined) return tried.answer;
      if (!(await patience.wait(tried.obstacle.message, tried.retryAfterMs))) throw tried.obstacle;
    }
  }

  private async attempt<T>(
    path: string,
    init: RequestInit,
    read: (response: Response) => Promise<T>,
  ): Promise<Tried<T>> {
    const headers = new Headers(init.headers);
    if (this.token) headers.set('authorization', `Bearer ${this.token}`);
    headers.set('accept-language', 'en');
    try {
      const signal = init.signal ?? AbortSignal.timeout(REQUEST_MS_MAX);
      const response = await fetch(new URL(path, this.url), { ...init, headers, signal });
      if (response.ok || response.status === 304) return { answer: await read(response) };
      const problem = await problemOf(response);
      const obstacle = errorOf(response.status, problem);
      if (!TRANSIENT.has(response.status) || problem?.retryable === false) throw obstacle;
      return { obstacle, retryAfterMs: retryAfterOf(response), isLost: false };
    } catch (error) {
      if (error instanceof CliError || init.signal?.aborted) throw error;
      return { obstacle: new CliError(`cannot reach ${this.url}: ${reasonOf(error)}`), retryAfterMs: 0, isLost: true };
    }
  }
}

/** Seconds, or a day and time (RFC 9110, section 10.2.3); 0 when there is none. */
const retryAfterOf = ({ headers }: Response): number => {
  const text = headers.get('retry-after');
  if (text === null) return 0;
  const milliseconds = /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - Date.now();
  return Number.isNaN(milliseconds) ? 0 : Math.max(0, milliseconds);
};

const reasonOf = (error: unknown): string => {
  const { cause, message } = error as Error & { cause?: { code?: string; message?: string } };
  return cause?.code ?? cause?.message ?? message;
};

/** Undefined: whoever answered does not speak like the api. */
const problemOf = async (response: Response): Promise<Problem | undefined> => {
  const text = await response.text();
  try {
    return JSON.parse(text) as Problem;
  } catch {
    return undefined;
  }
};

const errorOf = (status: number, problem: Problem | undefined): CliError => {
  const exit = status === 401 || status === 403 ? EXIT.signInNeeded : EXIT.failed;
  return new CliError(problem?.code ? sentenceOf(problem) : `the server answered ${status}`, exit);
};

/** `event.invalid: The event … (#/data/feeDue fils.format: digits only)` */
export const sentenceOf = ({ code, title, detail, hint, errors = [] }: Problem): string => {
  const faults = errors.map((fault) =>
    [fault.pointer, fault.code, fault.detail, fault.expected && `expected: ${fault.expected}`]
      .filter(Boolean)
      .join(' '),
  );
  const tail = faults.length > 0 ? ` (${faults.join('; ')})` : '';
  return `${code}: ${detail ?? title}${tail}${hint ? `\n  ${hint}` : ''}`;
};
