import { type FailureRule, type FailureTable, failingWith } from '#kernel';
import { ledgerFailures, ledgerRules } from '#ledger';
import { readModelFailures } from '#read-models';

/**
 * Codes with which the door itself answers: requests, access, questions. The libraries bring their own tables; what the
 * ledger says of roles and services has its one text there.
 */
export const apiFailures = {
  'auth.missing': {
    kind: 'unauthenticated',
    en: 'This route needs a bearer token.',
    ar: 'يتطلب هذا المسار رمز دخول من نوع Bearer.',
  },
  'auth.invalid': {
    kind: 'unauthenticated',
    en: 'The token is not accepted: {reason}.',
    ar: 'رمز الدخول غير مقبول، والسبب: {reason}.',
  },
  'auth.unavailable': {
    kind: 'unavailable',
    isRetryable: true,
    en: 'The keys of the token issuer cannot be read at the moment.',
    ar: 'تتعذر حالياً قراءة مفاتيح جهة إصدار الرموز.',
  },
  'role.forbidden': ledgerRules['role.forbidden'],
  'source.forbidden': {
    kind: 'forbidden',
    en: 'The source lies outside the prefixes of the token: {allowed}.',
    ar: 'المصدر خارج النطاقات المسموح بها للرمز: {allowed}.',
  },
  'rate.limited': {
    kind: 'tooMany',
    isRetryable: true,
    en: 'Too many requests in a short time. Go on in {seconds} seconds.',
    ar: 'عدد الطلبات كبير في مدة قصيرة. يمكن المتابعة بعد {seconds} ثانية.',
  },
  'route.unknown': {
    kind: 'missing',
    en: 'There is no {method} on this address.',
    ar: 'لا يوجد مسار {method} على هذا العنوان.',
  },
  'event.unknown': {
    kind: 'missing',
    en: 'No event stands at position {position}.',
    ar: 'لا يوجد حدث في الموضع {position}.',
  },
  'stream.unknown': {
    kind: 'missing',
    en: 'There is no stream of this name.',
    ar: 'لا توجد سلسلة بهذا الاسم.',
  },
  'dataset.unknown': {
    kind: 'missing',
    en: 'There is no data set {name}. Nearest: {nearest}.',
    ar: 'لا توجد مجموعة بيانات باسم {name}. الأقرب: {nearest}.',
  },
  'problem.unknown': {
    kind: 'missing',
    en: 'There is no problem code {name}. Nearest: {nearest}.',
    ar: 'لا يوجد رمز مشكلة باسم {name}. الأقرب: {nearest}.',
  },
  'request.malformed': {
    kind: 'malformed',
    en: 'The request is not well formed: {reason}.',
    ar: 'الطلب غير سليم: {reason}.',
  },
  'request.tooLarge': {
    kind: 'tooLarge',
    en: 'The request is larger than {most} bytes.',
    ar: 'حجم الطلب يتجاوز {most} بايت.',
  },
  'request.tooManyEvents': {
    kind: 'tooLarge',
    en: 'The request holds {events} events; at most {most} are accepted.',
    ar: 'يحتوي الطلب على {events} حدث، والحد الأقصى {most}.',
  },
  'event.tooLarge': {
    kind: 'tooLarge',
    en: 'The event holds {bytes} bytes; at most {most} are accepted.',
    ar: 'حجم الحدث {bytes} بايت، والحد الأقصى {most} بايت.',
  },
  'media.unsupported': {
    kind: 'unsupported',
    en: 'This content type is not accepted here. Accepted: {accepted}.',
    ar: 'نوع المحتوى غير مقبول هنا. المقبول: {accepted}.',
  },
  'media.notAcceptable': {
    kind: 'unacceptable',
    en: 'None of the types in Accept is answered here. Answered: {offered}.',
    ar: 'لا يُجاب هنا بأي من الأنواع الواردة في Accept. المتاح: {offered}.',
  },
  'envelope.invalid': {
    kind: 'invalid',
    en: 'The CloudEvents envelope does not follow the rules; each fault is listed.',
    ar: 'غلاف الحدث لا يوافق القواعد، وكل خطأ مذكور في القائمة.',
  },
  'query.invalid': {
    kind: 'invalid',
    en: 'The question cannot be answered as asked; each fault is listed.',
    ar: 'تتعذر الإجابة عن السؤال بصيغته الحالية، وكل خطأ مذكور في القائمة.',
  },
  'cursor.invalid': {
    kind: 'malformed',
    en: 'The cursor was altered or belongs to another question. Start again without it.',
    ar: 'مؤشر الصفحة معدّل أو يخص سؤالاً آخر. ابدأ من جديد من دونه.',
  },
  'history.unavailable': {
    kind: 'invalid',
    en: 'What was known on {day} cannot be told: the ledger begins on {earliest}.',
    ar: 'لا يمكن بيان ما كان معلوماً في {day}: يبدأ السجل في {earliest}.',
  },
  'service.unknown': ledgerFailures['service.unknown'] as FailureRule,
  'export.tooLarge': {
    kind: 'tooLarge',
    en: 'A file holds at most {rows} rows and {bytes} bytes. Narrow the question, or read it page by page as JSON.',
    ar: 'لا يتسع الملف لأكثر من {rows} صف و{bytes} بايت. ضيّق السؤال أو اقرأ الإجابة صفحة بعد صفحة بصيغة JSON.',
  },
  'subject.unknown': {
    kind: 'missing',
    en: 'The ledger knows no such person: none was named so, or nothing ties the name to a person any more.',
    ar: 'لا يعرف السجل شخصاً كهذا: إما أنه لم يُذكر قط، أو لم يعد هناك ما يربط الاسم بصاحبه.',
  },
  'subject.legalHold': {
    kind: 'conflict',
    en: 'This person cannot be erased: the law demands whole records of events of the types {types}.',
    ar: 'لا يمكن محو بيانات هذا الشخص، لأن القانون يوجب حفظ سجلات كاملة للأحداث من الأنواع: {types}.',
  },
  'erasure.unknown': {
    kind: 'missing',
    en: 'There is no erasure {id}.',
    ar: 'لا توجد عملية محو بالرقم {id}.',
  },
  'erasure.exists': {
    kind: 'conflict',
    en: 'The erasure {id} of this person is under way.',
    ar: 'عملية المحو {id} لبيانات هذا الشخص جارية.',
  },
  'erasure.secondNeeded': {
    kind: 'forbidden',
    en: 'An erasure takes two: whoever asked for it cannot confirm it.',
    ar: 'لا يتم المحو إلا بشخصين، فمن طلبه لا يؤكده.',
  },
  'erasure.finished': {
    kind: 'conflict',
    en: 'The erasure {id} is {state}; this cannot be done to it any more.',
    ar: 'حالة عملية المحو {id} هي {state}، ولم يعد هذا الإجراء ممكناً.',
  },
  'idempotencyKey.reused': readModelFailures['idempotencyKey.reused'],
  'projection.unknown': readModelFailures['projection.unknown'],
  'replay.unknown': readModelFailures['replay.unknown'],
  'replay.beyondHead': readModelFailures['replay.beyondHead'],
  'projection.behind': {
    kind: 'unavailable',
    isRetryable: true,
    en: 'The projection {projection} stands at {position}; wanted is {wanted}.',
    ar: 'وصلت القراءة {projection} إلى الموضع {position} والمطلوب {wanted}.',
  },
  'projection.parked': {
    kind: 'unavailable',
    en: 'The projection {projection} is parked at {position} and needs an operator.',
    ar: 'القراءة {projection} متوقفة عند الموضع {position} وتحتاج إلى المشغّل.',
  },
  'server.closing': {
    kind: 'unavailable',
    isRetryable: true,
    en: 'The server is stopping. Send the request again.',
    ar: 'الخادم في طور التوقف. أعد إرسال الطلب.',
  },
} as const satisfies FailureTable;

export const refuse = failingWith(apiFailures);
