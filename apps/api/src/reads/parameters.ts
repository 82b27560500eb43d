import { type BilingualText, type Fault, isDay, nearest } from '#kernel';
import { refuse } from '../problems/failures.js';

const TEXTS = {
  'parameter.unknown': { ar: 'معامل غير معروف في السؤال.', en: 'A parameter that this question does not have.' },
  'parameter.repeated': { ar: 'لا يُذكر هذا المعامل إلا مرة واحدة.', en: 'This parameter is given once only.' },
  'parameter.invalid': { ar: 'قيمة المعامل غير مقبولة.', en: 'The value of the parameter is not accepted.' },
  'parameter.missing': { ar: 'معامل لازم غير موجود.', en: 'A parameter that is needed is missing.' },
} as const satisfies Record<string, BilingualText>;

const VALUE_CHARACTERS_MAX = 1_000;
const RECEIVED_CHARACTERS_MAX = 80;

/** Reads the parameters of a question and collects every fault, so that all of them are told at once. */
export class Parameters {
  private readonly values = new Map<string, readonly string[]>();
  private readonly faults: Fault[] = [];

  /**
   * @param allowed names that the question has
   * @param place where faults point to: the query of the address, or the members of a body
   */
  constructor(
    query: unknown,
    allowed: readonly string[],
    private readonly place: '#/query/' | '#/' = '#/query/',
  ) {
    for (const [name, value] of Object.entries((query ?? {}) as Record<string, string | string[]>)) {
      if (!allowed.includes(name)) {
        const near = nearest(name, allowed);
        this.refuse('parameter.unknown', name, (near.length > 0 ? near : allowed).join(', '));
        continue;
      }
      const values = [value].flat();
      if (values.every((text) => !text.includes('\0'))) this.values.set(name, values);
      else this.refuse('parameter.invalid', name, 'text without U+0000'); // the database takes none
    }
  }

  has(name: string): boolean {
    return this.values.has(name);
  }

  /** The one value of a parameter; empty counts as absent. */
  text(name: string): string | undefined {
    const values = this.values.get(name) ?? [];
    if (values.length > 1) this.refuse('parameter.repeated', name);
    const value = values[0] ?? '';
    if (value.length > VALUE_CHARACTERS_MAX) this.refuse('parameter.invalid', name, `at most ${VALUE_CHARACTERS_MAX}`);
    return value === '' ? undefined : value;
  }

  /** All values of a parameter that may be repeated or comma-separated. */
  list(name: string): readonly string[] {
    return (this.values.get(name) ?? []).flatMap((value) => value.split(',')).filter((value) => value !== '');
  }

  /** A value that `accepts` takes; told as a fault with `expected` when it does not. */
  checked(name: string, expected: string, accepts: (value: string) => boolean): string | undefined {
    const value = this.text(name);
    if (value === undefined || accepts(value)) return value;
    this.refuse('parameter.invalid', name, expected, value);
    return undefined;
  }

  oneOf<T extends string>(name: string, allowed: readonly T[]): T | undefined {
    return this.checked(name, allowed.join(', '), (value) => (allowed as readonly string[]).includes(value)) as
      | T
      | undefined;
  }

  integer(name: string, bounds: { readonly min: number; readonly max: number; readonly otherwise: number }): number {
    const { min, max, otherwise } = bounds;
    const accepts = (value: string) =>
      /^(?:0|[1-9]\d{0,8})$/.test(value) && Number(value) >= min && Number(value) <= max;
    return Number(this.checked(name, `${min} to ${max}`, accepts) ?? otherwise);
  }

  position(name: string): bigint | undefined {
    const value = this.checked(name, 'a position: 0 or more, decimal', isPosition);
    return value === undefined ? undefined : BigInt(value);
  }

  refuse(code: keyof typeof TEXTS, name: string, expected?: string, received?: string): void {
    this.faults.push({
      pointer: `${this.place}${encodeURIComponent(name.slice(0, RECEIVED_CHARACTERS_MAX))}`,
      code,
      text: TEXTS[code],
      ...(expected !== undefined && { expected }),
      ...(received !== undefined && { received: received.slice(0, RECEIVED_CHARACTERS_MAX) }),
    });
  }

  /** @throws Failure `query.invalid` when anything was refused. */
  check(): void {
    if (this.faults.length > 0) throw refuse('query.invalid', { faults: this.faults });
  }
}

const POSITION_MAX = 2n ** 63n - 1n;
/** Decimal text of a position, without leading zeros. */
export const isPosition = (text: string): boolean => /^(?:0|[1-9]\d{0,18})$/.test(text) && BigInt(text) <= POSITION_MAX;
/** Replays are numbered from 1. */
export const isReplayId = (text: string): boolean => /^[1-9]\d{0,17}$/.test(text);

/** The two clocks of a question to the catalogue. */
export const AS_OF = ['effective_at', 'known_at'] as const;
export interface AsOf {
  readonly effectiveAt?: string;
  readonly knownAt?: string;
}
export function readAsOf(parameters: Parameters): AsOf {
  const day = (name: (typeof AS_OF)[number]) => parameters.checked(name, 'a day YYYY-MM-DD', isDay);
  const [effectiveAt, knownAt] = [day('effective_at'), day('known_at')];
  return { ...(effectiveAt !== undefined && { effectiveAt }), ...(knownAt !== undefined && { knownAt }) };
}
