import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Environment } from './environment.js';
import { CliError, EXIT } from './exit-codes.js';

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
  readonly errors?: readonly { readonly pointer?: string; readonly code: string; readonly detail?: string }[];
}

export type Role = 'integrator' | 'analyst' | 'regulator' | 'steward' | 'operator';

const ATTEMPTS_MAX = 8;
const BACK_OFF_MS_FIRST = 200;
const BACK_OFF_MS_MAX = 10_000;
const REQUEST_MS_MAX = 60_000;

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

/** Calls the api. Waits and repeats on 429, 503 and lost connections: posting is safe to repeat, the same ids settle it. */
export class ApiClient {
  constructor(
    readonly url: string,
    private readonly token: string | undefined,
    private readonly language: 'ar' | 'en' = 'en',
  ) {}

  /** @throws CliError with the api's own sentence; exit code 4 when a sign-in is needed. */
  async call(path: string, init: RequestInit = {}): Promise<Response> {
    for (let attempt = 1; ; attempt += 1) {
      const answer = await this.attempt(path, init, attempt);
      if (answer) return answer;
    }
  }

  async json<T>(path: string, init: RequestInit = {}): Promise<T> {
    return (await (await this.call(path, init)).json()) as T;
  }

  /** One try. Undefined: wait is over, try again. */
  private async attempt(path: string, init: RequestInit, attempt: number): Promise<Response | undefined> {
    const headers = new Headers(init.headers);
    if (this.token) headers.set('authorization', `Bearer ${this.token}`);
    headers.set('accept-language', this.language);
    const isLast = attempt >= ATTEMPTS_MAX;
    let response: Response;
    try {
      response = await fetch(new URL(path, this.url), {
        ...init,
        headers,
        signal: init.signal ?? AbortSignal.timeout(REQUEST_MS_MAX),
      });
    } catch (error) {
      if (init.signal?.aborted) throw error;
      if (isLast) throw new CliError(`cannot reach ${this.url}: ${reasonOf(error)}`);
      await pause(backOff(attempt));
      return undefined;
    }
    if (response.ok || response.status === 304) return response;
    if ((response.status === 429 || response.status === 503) && !isLast) {
      await response.body?.cancel();
      await pause(Number(response.headers.get('retry-after') ?? 0) * 1_000 || backOff(attempt));
      return undefined;
    }
    throw await errorOf(response);
  }
}

const backOff = (attempt: number): number => Math.min(BACK_OFF_MS_FIRST * 2 ** (attempt - 1), BACK_OFF_MS_MAX);

const reasonOf = (error: unknown): string => {
  const { cause, message } = error as Error & { cause?: { code?: string; message?: string } };
  return cause?.code ?? cause?.message ?? message;
};

const errorOf = async (response: Response): Promise<CliError> => {
  const text = await response.text();
  const exit = response.status === 401 || response.status === 403 ? EXIT.signInNeeded : EXIT.failed;
  try {
    return new CliError(sentenceOf(JSON.parse(text) as Problem), exit);
  } catch {
    return new CliError(`the server answered ${response.status}`, exit);
  }
};

/** `event.invalid: The event … (#/data/feeDue fils.format: digits only)` */
export const sentenceOf = ({ code, title, detail, hint, errors = [] }: Problem): string => {
  const faults = errors.map((fault) => [fault.pointer, fault.code, fault.detail].filter(Boolean).join(' '));
  const tail = faults.length > 0 ? ` (${faults.join('; ')})` : '';
  return `${code}: ${detail ?? title}${tail}${hint ? `\n  ${hint}` : ''}`;
};
