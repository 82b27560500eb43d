import { IsText } from './scalars.js';
import { decorate, faultsOf, isRecord, pointed, type ShapeDecorator, schemaOfShape } from './shape.js';

/** One text in up to three languages, at least one of them. */
export interface Lang {
  readonly ar?: string;
  readonly en?: string;
  readonly fr?: string;
}
/** `num / den` as integer texts, den 1 or more. */
export interface RatioValue {
  readonly num: string;
  readonly den: string;
}
/** Opening hours: always, or up to 14 spans a week with a note. */
export type Hours = 'always' | { readonly weekly: readonly OpenSpan[]; readonly note?: Lang };
export interface OpenSpan {
  readonly day: (typeof WEEKDAYS)[number];
  /** `HH:MM`, 00:00 to 23:59. */
  readonly opens: string;
  /** `HH:MM` after `opens`, up to 24:00. A span over midnight is two. */
  readonly closes: string;
}
export const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;

const LANGUAGES = ['ar', 'en', 'fr'] as const;
const HOUR_SPANS_MAX = 14;

/** Text in Arabic, English or French, each at most `max` code points. */
export const IsLang = (max: number): ShapeDecorator => {
  const text = IsText(max).shape;
  const isKnown = (name: string) => (LANGUAGES as readonly string[]).includes(name);
  const texts = (value: object) => Object.entries(value);
  return decorate({
    name: 'isLang',
    code: 'lang.format',
    text: { ar: 'نص بلغة واحدة على الأقل: ar أو en أو fr', en: 'A text in at least one of ar, en and fr' },
    expected: `{ar?, en?, fr?}, each 1 to ${max} characters`,
    schema: {
      type: 'object',
      properties: Object.fromEntries(LANGUAGES.map((language) => [language, schemaOfShape(text)])),
      additionalProperties: false,
      minProperties: 1,
    },
    holds: (value) =>
      isRecord(value) &&
      texts(value).length > 0 &&
      texts(value).every(([name, one]) => isKnown(name) && text.holds(one)),
    explain: (value, pointer) =>
      isRecord(value) && Object.keys(value).every(isKnown)
        ? texts(value).flatMap(([name, one]) => faultsOf(text, pointed(pointer, name), one))
        : [],
  });
};

const INTEGER = /^(0|-?[1-9][0-9]{0,17})$/;
const POSITIVE = /^[1-9][0-9]{0,17}$/;

export const IsRatioValue = (): ShapeDecorator => RATIO;
const RATIO = decorate({
  name: 'isRatioValue',
  code: 'ratio.format',
  text: {
    ar: 'نسبة من بسط ومقام كنصّين صحيحين، والمقام 1 فأكثر',
    en: 'A ratio has num and den as integer texts, den 1 or more',
  },
  expected: '{num: integer text, den: integer text from 1}',
  schema: {
    type: 'object',
    properties: { num: { type: 'string', pattern: INTEGER.source }, den: { type: 'string', pattern: POSITIVE.source } },
    required: ['num', 'den'],
    additionalProperties: false,
  },
  holds: (value) =>
    isRecord(value) && Object.keys(value).length === 2 && isMatch(INTEGER, value.num) && isMatch(POSITIVE, value.den),
});

const OPENS = /^([01][0-9]|2[0-3]):[0-5][0-9]$/;
const CLOSES = /^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$/;
const NOTE = IsLang(200).shape;

export const IsHours = (): ShapeDecorator => HOURS;
const HOURS = decorate({
  name: 'isHours',
  code: 'hours.format',
  text: {
    ar: 'always أو فترات أسبوعية لكل منها يوم وبداية ونهاية',
    en: 'always, or weekly spans of day, opens and closes',
  },
  expected: `always, or {weekly: [up to ${HOUR_SPANS_MAX} of {day, opens HH:MM, closes HH:MM}], note?}`,
  schema: {
    oneOf: [
      { const: 'always' },
      {
        type: 'object',
        properties: {
          weekly: {
            type: 'array',
            maxItems: HOUR_SPANS_MAX,
            items: {
              type: 'object',
              properties: {
                day: { type: 'string', enum: [...WEEKDAYS] },
                opens: { type: 'string', pattern: OPENS.source },
                closes: { type: 'string', pattern: CLOSES.source },
              },
              required: ['day', 'opens', 'closes'],
              additionalProperties: false,
            },
          },
          note: schemaOfShape(NOTE),
        },
        required: ['weekly'],
        additionalProperties: false,
      },
    ],
  },
  holds: (value) => {
    if (value === 'always') return true;
    if (!isRecord(value)) return false;
    const { weekly, note, ...others } = value;
    if (Object.keys(others).length > 0 || !Array.isArray(weekly) || weekly.length > HOUR_SPANS_MAX) return false;
    return weekly.every(isSpan) && (note === undefined || NOTE.holds(note));
  },
});

const isMatch = (pattern: RegExp, value: unknown): value is string => typeof value === 'string' && pattern.test(value);

const isSpan = (span: unknown): boolean =>
  isRecord(span) &&
  Object.keys(span).length === 3 &&
  (WEEKDAYS as readonly unknown[]).includes(span.day) &&
  isMatch(OPENS, span.opens) &&
  isMatch(CLOSES, span.closes) &&
  span.opens < span.closes;
