import { canonicalText, Failure, type FailureRule, type FailureTable, failingWith, type Json } from '#kernel';

/** Rules before every decider and rules that several deciders share. */
export const ledgerRules = {
  'event.unknownType': {
    kind: 'invalid',
    en: 'No event has the type {type}. Nearest: {nearest}.',
    ar: 'لا يوجد نوع حدث باسم {type}. الأقرب: {nearest}.',
  },
  'event.invalid': {
    kind: 'invalid',
    en: 'The data do not match the schema of {type}.',
    ar: 'بيانات الحدث لا تطابق مخطط {type}.',
  },
  'event.idReused': {
    kind: 'conflict',
    en: 'This source has used the id {id} for another event, at position {position}.',
    ar: 'استخدم هذا المصدر المعرّف {id} لحدث آخر في الموضع {position}.',
  },
  'event.withheld': {
    kind: 'conflict',
    en: 'The event {id} was recorded and its payload destroyed: no repeat can be compared with it.',
    ar: 'الحدث {id} مسجّل وقد أُتلف محتواه، فلا يمكن مقارنة أي تكرار به.',
  },
  'stream.withheld': {
    kind: 'conflict',
    en: 'The stream {stream} holds an event whose payload was destroyed: no further event can be judged.',
    ar: 'السلسلة {stream} تحوي حدثاً أُتلف محتواه، فلا يمكن الحكم على حدث لاحق.',
  },
  'event.ledgerOnly': {
    kind: 'forbidden',
    en: 'Nobody posts events of the type {type}: the ledger records them itself.',
    ar: 'لا يرسل أحد أحداثاً من النوع {type}، فالسجل يدوّنها بنفسه.',
  },
  'time.inFuture': {
    kind: 'invalid',
    en: '{time} lies more than 5 minutes ahead.',
    ar: 'الوقت {time} متقدّم بأكثر من 5 دقائق.',
  },
  'time.tooEarly': { kind: 'invalid', en: '{time} lies before 1900.', ar: 'الوقت {time} قبل عام 1900.' },
  'time.beforeLast': {
    kind: 'refused',
    en: '{time} lies before the last change, {last}.',
    ar: 'الوقت {time} يسبق آخر تغيير وهو {last}.',
  },
  'time.beforeReceipt': {
    kind: 'refused',
    en: '{time} lies before the receipt, {received}.',
    ar: 'الوقت {time} يسبق وقت الاستلام {received}.',
  },
  'source.notOwner': {
    kind: 'forbidden',
    en: 'The source {source} may not speak for this record. It belongs to: {owners}.',
    ar: 'لا يحق للمصدر {source} التسجيل هنا. السجل يخص: {owners}.',
  },
  'role.forbidden': {
    kind: 'forbidden',
    en: 'This needs one of the roles: {needed}.',
    ar: 'يتطلب هذا أحد الأدوار الآتية: {needed}.',
  },
  'reference.unknown': {
    kind: 'invalid',
    en: 'The event names something that is not recorded: {ids}.',
    ar: 'يشير الحدث إلى ما لم يُسجَّل بعد: {ids}.',
  },
  'entry.exists': {
    kind: 'conflict',
    en: 'The entry {id} is already there with other content.',
    ar: 'القيد {id} موجود بمحتوى مختلف.',
  },
  'entry.unknown': { kind: 'missing', en: 'There is no entry {id}.', ar: 'لا يوجد قيد بالمعرّف {id}.' },
  'list.repeated': {
    kind: 'refused',
    en: 'The id {id} stands in the list more than once.',
    ar: 'المعرّف {id} مكرر في القائمة.',
  },
  'period.invalid': {
    kind: 'refused',
    en: 'The period {start} to {end} ends before it starts, or is longer than this record may cover.',
    ar: 'الفترة من {start} إلى {end} تنتهي قبل أن تبدأ، أو تتجاوز أطول مدة يقبلها هذا السجل.',
  },
  'version.gap': {
    kind: 'refused',
    en: 'The version must be {expected}, the last plus one, and is {version}.',
    ar: 'يجب أن يكون رقم الإصدار {expected} أي الأخير زائد واحد، والوارد {version}.',
  },
} as const satisfies FailureTable;

/** `throw refuse('time.beforeLast', { params: { time, last } })`. */
export const refuse = failingWith(ledgerRules);

const EXISTS: FailureRule = {
  kind: 'conflict',
  en: 'The {category} {id} is already recorded with other content.',
  ar: 'يوجد في السجل قيد ({category}) بالمعرّف {id} وبمحتوى مختلف.',
};
const UNKNOWN: FailureRule = {
  kind: 'missing',
  en: 'There is no {category} {id}.',
  ar: 'لا يوجد في السجل قيد ({category}) بالمعرّف {id}.',
};

/** Rules `<category>.exists` and `<category>.unknown`, for the catalogue of problems. */
export const openingFailures = (category: string): FailureTable => ({
  [`${category}.exists`]: EXISTS,
  [`${category}.unknown`]: UNKNOWN,
});

/** Opened again with other content: `<category>.exists`. */
export const refuseExists = (category: string, id: string): Failure =>
  new Failure(`${category}.exists`, EXISTS, { category, id });

/** An event that needs an open stream met an empty one: `<category>.unknown`. */
export const refuseUnknown = (category: string, id: string): Failure =>
  new Failure(`${category}.unknown`, UNKNOWN, { category, id });

/** Days or instants, as the rule compared them. */
export const refuseBeforeLast = (time: string, last: string): Failure =>
  refuse('time.beforeLast', { params: { time, last } });

/**
 * Whether two data objects say the same: equal canonical JSON. `except` names members that do not count.
 */
export const sameContent = (left: unknown, right: unknown, except: readonly string[] = []): boolean =>
  left === right || (left !== undefined && right !== undefined && plain(left, except) === plain(right, except));

const plain = (value: unknown, except: readonly string[]): string =>
  canonicalText(
    except.length === 0 || typeof value !== 'object' || value === null
      ? (value as Json)
      : (Object.fromEntries(Object.entries(value).filter(([member]) => !except.includes(member))) as Json),
  );
