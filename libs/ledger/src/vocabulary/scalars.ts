import {
  type BilingualText,
  BP_MAX,
  COUNT_MAX,
  codePoints,
  DEC_PATTERN,
  FILS_PATTERN,
  ID_PATTERN,
  isDay,
  isInstant,
  isPart,
  isPlainText,
  NUMBER_PATTERN,
  SHEETS_MAX,
} from '#kernel';
import { decorate, type JsonSchema, type Shape, type ShapeDecorator } from './shape.js';

const format = (
  shape: Pick<Shape, 'name' | 'code' | 'expected'> & { ar: string; en: string; schema: JsonSchema },
  holds: (text: string) => boolean,
): ShapeDecorator => {
  const { ar, en, schema, ...rest } = shape;
  return decorate({
    ...rest,
    text: { ar, en },
    schema: { type: 'string', ...schema },
    holds: (value) => typeof value === 'string' && holds(value),
  });
};

/** A text that matches one pattern: for forms that only one stream knows. `pattern` is anchored at both ends. */
export const IsForm = (form: {
  readonly name: string;
  readonly code: string;
  readonly ar: string;
  readonly en: string;
  readonly expected: string;
  readonly pattern: RegExp;
}): ShapeDecorator => {
  const { pattern, ...rest } = form;
  return format({ ...rest, schema: { pattern: pattern.source } }, (text) => pattern.test(text));
};

export const IsId = (): ShapeDecorator => ID;
const ID = IsForm({
  name: 'isId',
  code: 'id.format',
  ar: 'المعرّف: أحرف لاتينية صغيرة وأرقام ونقطة وشرطة، حتى 200 حرف',
  en: 'An id has lower-case letters, digits, dot, underscore and hyphen, at most 200',
  expected: '[a-z0-9][a-z0-9._-]{0,199}',
  pattern: ID_PATTERN,
});

export const IsNumberText = (): ShapeDecorator => NUMBER;
const NUMBER = IsForm({
  name: 'isNumberText',
  code: 'number.format',
  ar: 'الرقم: أحرف لاتينية وأرقام ونقطة وشرطة، حتى 64 حرفاً',
  en: 'A number has letters, digits, dot, underscore and hyphen, at most 64',
  expected: '[A-Za-z0-9][A-Za-z0-9._-]{0,63}',
  pattern: NUMBER_PATTERN,
});

/** CloudEvents source of the house: `urn:sijill:<entityId>:<system>`. */
export const IsSource = (): ShapeDecorator => SOURCE;
const SOURCE = IsForm({
  name: 'isSource',
  code: 'source.format',
  ar: 'المصدر بالصيغة urn:sijill:الجهة:النظام',
  en: 'A source reads urn:sijill:<entityId>:<system>',
  expected: 'urn:sijill:<entityId>:<system>',
  pattern: /^urn:sijill:[a-z0-9][a-z0-9._-]{0,199}:[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
});

/** Country or its part by ISO 3166: `AE`, `AE-DU`. */
export const IsJurisdiction = (): ShapeDecorator => JURISDICTION;
const JURISDICTION = IsForm({
  name: 'isJurisdiction',
  code: 'jurisdiction.format',
  ar: 'رمز الولاية وفق ISO 3166',
  en: 'A jurisdiction is an ISO 3166 code',
  expected: 'AE or AE-DU',
  pattern: /^[A-Z]{2}(-[A-Z0-9]{1,3})?$/,
});

/** Half-year: `2021-H1`. */
export const IsHalf = (): ShapeDecorator => HALF;
const HALF = IsForm({
  name: 'isHalf',
  code: 'half.format',
  ar: 'نصف السنة بالصيغة YYYY-H1 أو YYYY-H2',
  en: 'A half-year reads YYYY-H1 or YYYY-H2',
  expected: 'YYYY-H1 or YYYY-H2, 1900 to 2199',
  pattern: /^(19|20|21)[0-9]{2}-H[12]$/,
});

/** Public address of a page of an office. */
export const IsLink = (): ShapeDecorator => LINK;
const LINK = IsForm({
  name: 'isLink',
  code: 'link.format',
  ar: 'عنوان صفحة يبدأ بـ https://',
  en: 'A link begins with https:// and has no spaces',
  expected: 'https://…, at most 2000 characters',
  pattern: /^https:\/\/[A-Za-z0-9.-]+(:[0-9]{1,5})?(\/[!#-;=?-[\]_a-z~]*)?$/,
});

export const IsText = (max: number): ShapeDecorator =>
  format(
    {
      name: 'isText',
      code: 'text.format',
      ar: 'النص أطول من الحد أو يحوي محارف تحكم',
      en: 'A text is NFC, not too long, without control characters or changes of direction',
      expected: `1 to ${max} characters, NFC, no control or bidi-override characters`,
      schema: { minLength: 1, maxLength: max },
    },
    (text) => text !== '' && isPlainText(text) && codePoints(text) <= max,
  );

export const IsDay = (): ShapeDecorator => DAY;
const DAY = format(
  {
    name: 'isDay',
    code: 'day.format',
    ar: 'اليوم بالصيغة YYYY-MM-DD من 1900 إلى 2200، ويجب أن يكون موجوداً في التقويم',
    en: 'A day reads YYYY-MM-DD, 1900 to 2200, and exists',
    expected: 'YYYY-MM-DD',
    schema: { format: 'date', pattern: '^(19|20|21|22)[0-9]{2}-[0-9]{2}-[0-9]{2}$' },
  },
  isDay,
);

export const IsInstantText = (): ShapeDecorator => INSTANT;
const INSTANT = format(
  {
    name: 'isInstantText',
    code: 'instant.format',
    ar: 'الوقت وفق RFC 3339 مع فارق التوقيت، وبدقة لا تتجاوز جزءاً من الألف من الثانية',
    en: 'An instant is RFC 3339 with an offset, at most milliseconds',
    expected: '2020-04-13T09:30:00+04:00',
    schema: { format: 'date-time' },
  },
  isInstant,
);

export const IsPart = (): ShapeDecorator => PART;
const PART = format(
  {
    name: 'isPart',
    code: 'part.format',
    ar: 'سنة أو شهر أو يوم',
    en: 'A year, a month or a day',
    expected: 'YYYY, YYYY-MM or YYYY-MM-DD',
    schema: { pattern: '^(19|20|21|22)[0-9]{2}(-[0-9]{2}){0,2}$' },
  },
  isPart,
);

/** Money in fils as text. `min` in fils. */
export const IsFils = ({ min = 0 }: { readonly min?: 0 | 1 } = {}): ShapeDecorator => FILS[min];
const fils = (min: 0 | 1): ShapeDecorator =>
  IsForm({
    name: 'isFils',
    code: 'fils.format',
    ar: 'المبلغ بالفلس، أرقام فقط بلا أصفار بادئة',
    en: 'An amount is in fils: digits alone, no leading zero',
    expected: min === 0 ? '0 or 1-18 digits' : '1-18 digits, at least 1',
    pattern: min === 0 ? FILS_PATTERN : /^[1-9][0-9]{0,17}$/,
  });
const FILS = { 0: fils(0), 1: fils(1) };

export const IsDec = (): ShapeDecorator => DEC;
const DEC = IsForm({
  name: 'isDec',
  code: 'dec.format',
  ar: 'عدد عشري نصّي: حتى 18 رقماً و6 منازل عشرية',
  en: 'A decimal text has up to 18 digits and 6 decimals',
  expected: '-?(0|[1-9][0-9]{0,17})(.[0-9]{1,6})?',
  pattern: DEC_PATTERN,
});

/** Both inside. */
export interface IntegerLimits {
  readonly min: number;
  readonly max: number;
}

const integer = (name: string, text: BilingualText, { min, max }: IntegerLimits): ShapeDecorator =>
  decorate({
    name,
    code: `${name.slice(2).toLowerCase()}.range`,
    text,
    expected: `integer ${min} to ${max}`,
    schema: { type: 'integer', minimum: min, maximum: max },
    holds: (value) =>
      Number.isInteger(value) && (value as number) >= min && (value as number) <= max && !Object.is(value, -0),
  });

/** Physical sheets. */
export const IsSheets = ({ min = 0 }: { readonly min?: 0 | 1 } = {}): ShapeDecorator =>
  integer(
    'isSheets',
    { ar: 'عدد الأوراق عدد صحيح حتى مليار', en: 'Sheets are a whole number up to a thousand million' },
    { min, max: SHEETS_MAX },
  );

/** Whole number from 0 to 2^53-1 or less. */
export const IsCount = ({ min = 0, max = COUNT_MAX }: Partial<IntegerLimits> = {}): ShapeDecorator =>
  integer('isCount', { ar: 'عدد صحيح غير سالب', en: 'A whole number, not negative' }, { min, max });

/** Hundredths of a per cent. */
export const IsBp = (): ShapeDecorator =>
  integer(
    'isBp',
    { ar: 'أجزاء من عشرة آلاف: من 0 إلى 10000', en: 'Hundredths of a per cent, 0 to 10,000' },
    { min: 0, max: BP_MAX },
  );

export const IsInteger = ({ min, max }: IntegerLimits): ShapeDecorator =>
  integer('isInteger', { ar: 'عدد صحيح ضمن الحدود', en: 'A whole number within the limits' }, { min, max });

export const IsBool = (): ShapeDecorator => BOOL;
const BOOL = decorate({
  name: 'isBool',
  code: 'bool.type',
  text: { ar: 'القيمة true أو false', en: 'The value is true or false' },
  expected: 'true or false',
  schema: { type: 'boolean' },
  holds: (value) => typeof value === 'boolean',
});

/** One of a closed list of codes. */
export const IsOneOf = (values: readonly string[]): ShapeDecorator =>
  decorate({
    name: 'isOneOf',
    code: 'code.unknown',
    text: { ar: 'الرمز ليس من القائمة المغلقة', en: 'The code is not in the closed list' },
    expected: values.join(', '),
    schema: { type: 'string', enum: [...values] },
    holds: (value) => typeof value === 'string' && values.includes(value),
  });
