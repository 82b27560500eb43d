import { type FailureTable, failingWith } from './failure.js';

/** What the kernel refuses. `offset` counts bytes from 0; it names the first byte at which the rule was broken. */
export const kernelFailures = {
  'json.malformed': {
    kind: 'malformed',
    en: 'This is not JSON: unexpected content at byte {offset}.',
    ar: 'النص ليس بصيغة JSON صحيحة: محتوى غير متوقع عند البايت {offset}.',
  },
  'json.encoding': {
    kind: 'malformed',
    en: 'The text must be UTF-8 without byte order mark, U+0000 or half a surrogate pair: see byte {offset}.',
    ar: 'يجب أن يكون النص بترميز UTF-8 دون علامة ترتيب البايتات ودون U+0000 ودون نصف زوج بديل: انظر البايت {offset}.',
  },
  'json.duplicateKey': {
    kind: 'malformed',
    en: 'The same member stands twice in one object, the second time at byte {offset}.',
    ar: 'تكرر اسم الحقل نفسه في كائن واحد، والمرة الثانية عند البايت {offset}.',
  },
  'json.forbiddenKey': {
    kind: 'malformed',
    en: 'No member may be named "__proto__", "constructor" or "prototype": see byte {offset}.',
    ar: 'لا يجوز أن يسمى أي حقل "__proto__" أو "constructor" أو "prototype": انظر البايت {offset}.',
  },
  'json.number': {
    kind: 'malformed',
    en: 'The number at byte {offset} cannot be kept exactly: integers lie within ±9007199254740991 and -0 is not accepted.',
    ar: 'لا يمكن حفظ العدد عند البايت {offset} بدقة: الأعداد الصحيحة ضمن ±9007199254740991 ولا يقبل -0.',
  },
  'json.tooDeep': {
    kind: 'malformed',
    en: 'Objects and lists may be nested 32 deep at most: see byte {offset}.',
    ar: 'لا يجوز أن يزيد تداخل الكائنات والقوائم على 32 مستوى: انظر البايت {offset}.',
  },
  'json.tooLarge': {
    kind: 'malformed',
    en: 'A document has at most 10,000 members and a text in it at most 65,536 bytes: exceeded at byte {offset}.',
    ar: 'لا يزيد المستند على 10,000 حقل ولا يزيد النص فيه على 65,536 بايت: تجاوز ذلك عند البايت {offset}.',
  },
  'day.invalid': {
    kind: 'invalid',
    en: 'Not a calendar day YYYY-MM-DD of the years 1900 to 2200: {received}.',
    ar: 'ليس يوماً تقويمياً بالصيغة YYYY-MM-DD بين عامي 1900 و2200: {received}.',
  },
  'instant.invalid': {
    kind: 'invalid',
    en: 'Not an RFC 3339 date and time with offset: {received}.',
    ar: 'ليس تاريخاً ووقتاً مع فارق التوقيت وفق RFC 3339: {received}.',
  },
  'period.unknown': {
    kind: 'invalid',
    en: 'Not a period such as 2021, 2021-12, 2021-Q4, 2021-H2 or 2021-12-31: {received}.',
    ar: 'ليست فترة مثل 2021 أو 2021-12 أو 2021-Q4 أو 2021-H2 أو 2021-12-31: {received}.',
  },
  'decimal.invalid': {
    kind: 'invalid',
    en: 'Not a decimal number such as -12.34: {received}.',
    ar: 'ليس عدداً عشرياً مثل -12.34: {received}.',
  },
} as const satisfies FailureTable;

export const refuse = failingWith(kernelFailures);

/** Refusal of a text that was read; quotes at most 40 characters of it. */
export const refuseText = (
  code: 'day.invalid' | 'instant.invalid' | 'period.unknown' | 'decimal.invalid',
  text: string,
) => refuse(code, { params: { received: JSON.stringify(text.slice(0, 40)) } });
