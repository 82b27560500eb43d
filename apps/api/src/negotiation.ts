import { refuse } from './problems/failures.js';

/** A media range with its quality, where it stands in the header, and how much of a type it names: 0 nothing, 1 half, 2 all. */
interface Range {
  readonly type: string;
  readonly quality: number;
  readonly place: number;
  readonly precision: number;
}

const QUALITY = /^q=(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/;
const TYPES_TOLD_MAX = 200;

/**
 * The format that an `Accept` header likes best (RFC 9110, section 12.5.1). A type has the quality of the most precise range that it
 * falls into; of equal qualities the more precisely named goes first, then the one named earlier, then the order of `offered`. Without
 * a header everything is liked. Other parameters of a range than `q` are passed over.
 *
 * @param offered format → media type, the preferred one first
 * @throws Failure `media.notAcceptable` when nothing that is offered is liked at all.
 */
export function negotiated<F extends string>(accept: string | undefined, offered: Readonly<Record<F, string>>): F {
  const formats = Object.keys(offered) as F[];
  const ranges = accept === undefined || accept.trim() === '' ? [rangeOf('*/*', 0)] : accept.split(',').map(rangeOf);
  let best: { readonly format: F; readonly range: Range } | undefined;
  for (const format of formats) {
    const range = ranges.filter((one) => isWithin(offered[format], one)).sort(byPrecision)[0];
    if (range === undefined || range.quality === 0) continue;
    if (best === undefined || isLikedMore(range, best.range)) best = { format, range };
  }
  if (best !== undefined) return best.format;
  const params = { offered: Object.values(offered).join(', '), received: (accept ?? '').slice(0, TYPES_TOLD_MAX) };
  throw refuse('media.notAcceptable', { params });
}

function rangeOf(text: string, place: number): Range {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const quality = parameters.find((parameter) => parameter.startsWith('q='));
  const precision = type === '*/*' ? 0 : type.endsWith('/*') ? 1 : 2;
  // What is no quality likes nothing: better told than guessed.
  return {
    type,
    place,
    precision,
    quality: quality === undefined ? 1 : QUALITY.test(quality) ? Number(quality.slice(2)) : 0,
  };
}

const isWithin = (type: string, { type: range, precision }: Range): boolean =>
  precision === 0 || (precision === 1 ? type.startsWith(range.slice(0, -1)) : type === range);

const byPrecision = (one: Range, other: Range): number => other.precision - one.precision || one.place - other.place;

const isLikedMore = (one: Range, other: Range): boolean =>
  one.quality > other.quality || (one.quality === other.quality && byPrecision(one, other) < 0);
