import type { BilingualText, Failure, FailureKind } from '#kernel';

/** The whole mapping of failures to HTTP; a new kind does not compile until it is here. */
export const STATUS: Readonly<Record<FailureKind, number>> = {
  malformed: 400,
  unauthenticated: 401,
  forbidden: 403,
  missing: 404,
  conflict: 409,
  tooLarge: 413,
  unacceptable: 406,
  unsupported: 415,
  invalid: 422,
  refused: 422,
  tooMany: 429,
  corrupt: 503,
  unavailable: 503,
  full: 507,
};

/** What went wrong, in a few words that stay the same for every failure of a kind. */
export const TITLES: Readonly<Record<FailureKind, BilingualText>> = {
  malformed: { ar: 'الطلب غير سليم البناء', en: 'The request is malformed' },
  unauthenticated: { ar: 'يلزم تسجيل الدخول', en: 'Sign-in needed' },
  forbidden: { ar: 'غير مسموح', en: 'Not allowed' },
  missing: { ar: 'غير موجود', en: 'Not found' },
  conflict: { ar: 'تعارض مع ما هو مسجل', en: 'Conflict with what is recorded' },
  tooLarge: { ar: 'أكبر من الحد المسموح', en: 'Too large' },
  unacceptable: { ar: 'لا يتوفر الشكل المطلوب', en: 'No format of the answer fits' },
  unsupported: { ar: 'نوع المحتوى غير مدعوم', en: 'Content type not supported' },
  invalid: { ar: 'المحتوى لا يطابق القواعد', en: 'The content does not follow the rules' },
  refused: { ar: 'مرفوض بحكم القاعدة', en: 'Refused by a rule' },
  tooMany: { ar: 'عدد الطلبات كبير', en: 'Too many requests' },
  corrupt: { ar: 'خلل في السجل', en: 'The journal is damaged' },
  unavailable: { ar: 'غير متاح حالياً', en: 'Not available at the moment' },
  full: { ar: 'نفدت المساحة', en: 'No space left' },
};

export type Language = 'ar' | 'en';

/** RFC 9457 problem details. `title` and `detail` follow the reader's language, the rest never does. */
export interface Problem {
  readonly type: string;
  readonly code: string;
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly instance?: string;
  readonly retryable: boolean;
  readonly params?: Readonly<Record<string, string>>;
  readonly schema?: string;
  readonly hint?: string;
  readonly errors?: readonly {
    readonly pointer: string;
    readonly code: string;
    readonly detail: string;
    readonly expected?: string;
    readonly received?: string;
  }[];
}

/** Faults listed in one answer. An event of hostile size could name thousands. */
const FAULTS_MAX = 100;

export function problemOf(failure: Failure, language: Language, instance?: string): Problem {
  const hint = hintOf(failure);
  const { type: schema } = failure.params;
  return {
    type: `/docs/problems/${failure.code}`,
    code: failure.code,
    status: STATUS[failure.kind],
    title: TITLES[failure.kind][language],
    detail: failure.text(language),
    ...(instance !== undefined && { instance }),
    retryable: failure.isRetryable,
    ...(Object.keys(failure.params).length > 0 && { params: failure.params }),
    ...(failure.code === 'event.invalid' && schema !== undefined && { schema }),
    ...(hint !== undefined && { hint }),
    ...(failure.faults.length > 0 && {
      errors: failure.faults.slice(0, FAULTS_MAX).map(({ pointer, code, text, expected, received }) => ({
        pointer,
        code,
        detail: text[language],
        ...(expected !== undefined && { expected }),
        ...(received !== undefined && { received }),
      })),
    }),
  };
}

const shortType = (type: string): string => type.replace(/^gov\.sijill\./, '').replace(/\.v\d+$/, '');

/** The command or act that goes on from here, where one is known. */
function hintOf({ code, params }: Failure): string | undefined {
  switch (code) {
    case 'event.invalid':
      return params.type === undefined ? 'sijill schema list' : `sijill schema show ${shortType(params.type)}`;
    case 'event.unknownType':
      return 'sijill schema list';
    case 'auth.missing':
    case 'auth.invalid':
      return 'sijill token <role>';
    case 'store.outcomeUnknown':
      return 'send the same event again with the same source and id';
    case 'projection.parked':
      return 'sijill projections list';
    default:
      return undefined;
  }
}

/** The unexpected: says nothing of the inside. */
export const unexpected = (language: Language, instance: string): Problem => ({
  type: '/docs/problems/server.failed',
  code: 'server.failed',
  status: 500,
  title: language === 'ar' ? 'خطأ غير متوقع' : 'Unexpected error',
  detail: SERVER_FAILED[language],
  instance,
  retryable: true,
});

export const SERVER_FAILED: BilingualText = {
  ar: 'حدث خطأ غير متوقع في الخادم وسُجّل لمراجعته. إعادة إرسال الحدث نفسه آمنة.',
  en: 'Something unexpected happened in the server and was logged. Sending the same event again is safe.',
};

/** `ar` unless the reader prefers English (RFC 9110 section 12.5.4). */
export function languageOf(acceptLanguage: string | undefined): Language {
  const ranges = (acceptLanguage ?? '')
    .slice(0, 200)
    .split(',')
    .map((range) => {
      const [tag = '', ...parameters] = range.trim().split(';');
      const quality = parameters
        .map((parameter) => /^\s*q=([01](?:\.\d{0,3})?)\s*$/.exec(parameter)?.[1])
        .find(Boolean);
      return { language: tag.trim().toLowerCase().split('-')[0], quality: Number(quality ?? 1) };
    });
  const weight = (language: Language) =>
    Math.max(0, ...ranges.filter((range) => range.language === language).map(({ quality }) => quality));
  return weight('en') > weight('ar') ? 'en' : 'ar';
}
