import { eventStoreFailures } from '#event-store';
import type { BilingualText, FailureKind, FailureRule, FailureTable } from '#kernel';
import { kernelFailures } from '#kernel';
import { ledgerFailures } from '#ledger';
import { readModelFailures } from '#read-models';
import { apiFailures } from '../problems/failures.js';
import { type Language, SERVER_FAILED, STATUS, TITLES } from '../problems/problem.js';
import { escaped, listing, sentence, siteLinks } from './html.js';

/** The tables of every part that can refuse. A code that stands in two of them has one rule: a test compares them. */
export const failureTables: Readonly<Record<string, FailureTable>> = {
  kernel: kernelFailures,
  'event-store': eventStoreFailures,
  ledger: ledgerFailures,
  'read-models': readModelFailures,
  api: apiFailures,
};

/** Every code that an answer can carry. */
export const failureCatalogue: FailureTable = Object.assign({}, ...Object.values(failureTables));

const SERVER_FAILED_CODE = 'server.failed';
export const problemCodes = (): readonly string[] => [...Object.keys(failureCatalogue), SERVER_FAILED_CODE].sort();

/** What the caller can do about a failure, by kind. */
const FIXES: Readonly<Record<FailureKind, BilingualText>> = {
  malformed: {
    ar: 'صحّح بناء الطلب ثم أرسله من جديد. لم يُسجَّل شيء.',
    en: 'Mend the form of the request and send it again. Nothing was recorded.',
  },
  unauthenticated: {
    ar: 'احصل على رمز دخول صالح وأرسله في الترويسة Authorization.',
    en: 'Get a valid token and send it in the Authorization header.',
  },
  forbidden: {
    ar: 'استخدم حساباً يملك الدور أو المصدر المطلوب، أو اطلب الصلاحية من المشغّل.',
    en: 'Use an account with the role or source named, or ask the operator for the right.',
  },
  missing: {
    ar: 'تحقق من المعرّف، أو سجّل أولاً الحدث الذي ينشئه.',
    en: 'Check the identifier, or first record the event that creates it.',
  },
  conflict: {
    ar: 'اقرأ ما هو مسجل وقارنه بما أرسلت. لا تُعد الإرسال دون تغيير إلا إذا كانت المحاولة مجدية.',
    en: 'Read what is recorded and compare it with what was sent. Send it unchanged again only where retrying helps.',
  },
  tooLarge: { ar: 'قسّم الطلب إلى أجزاء أصغر.', en: 'Split the request into smaller parts.' },
  unacceptable: {
    ar: 'اطلب في الترويسة Accept أحد الأنواع المذكورة، أو اتركها.',
    en: 'Ask in the Accept header for one of the types that the answer lists, or leave it out.',
  },
  unsupported: { ar: 'أرسل أحد الأنواع المذكورة.', en: 'Send one of the types that the answer lists.' },
  invalid: {
    ar: 'كل خطأ مذكور مع موضعه والقيمة المتوقعة. صحّحها كلها ثم أعد الإرسال.',
    en: 'Each fault is listed with its place and what was expected. Mend all of them and send again.',
  },
  refused: {
    ar: 'القاعدة لا تقبل هذه الواقعة في الحالة الراهنة للسلسلة. راجع السلسلة ثم صحّح الواقعة.',
    en: 'The rule does not accept this fact in the present state of the stream. Look at the stream and correct the fact.',
  },
  tooMany: { ar: 'انتظر المدة المذكورة ثم أعد المحاولة.', en: 'Wait as long as the answer says, then try again.' },
  corrupt: {
    ar: 'توقفت القراءة حفاظاً على الدليل. أبلغ المشغّل.',
    en: 'Reading stopped to protect the evidence. Tell the operator.',
  },
  unavailable: {
    ar: 'أعد المحاولة بعد المدة المذكورة. إعادة إرسال الحدث نفسه بالمصدر والمعرّف نفسيهما آمنة دائماً.',
    en: 'Try again after the time given. Sending the same event with the same source and id is always safe.',
  },
  full: { ar: 'على المشغّل توفير مساحة.', en: 'The operator must make space.' },
};

/** Of what is away for a reason that time does not mend. */
const OPERATOR_FIX: BilingualText = {
  ar: 'على المشغّل إصلاح السبب المذكور، ولا تفيد إعادة الطلب قبل ذلك.',
  en: 'The operator has to mend what is named. The same request does not help before.',
};

const LABELS = {
  meaning: { ar: 'المعنى', en: 'Meaning' },
  fix: { ar: 'المعالجة', en: 'What to do' },
  retry: { ar: 'هل تجدي إعادة الطلب نفسه؟', en: 'Does the same request help later?' },
  example: { ar: 'مثال', en: 'Example' },
  yes: { ar: 'نعم', en: 'Yes' },
  no: { ar: 'لا', en: 'No' },
} as const;

/** The page of one code, or undefined where there is no such code. */
export function problemPage(code: string): string | undefined {
  const isServerFault = code === SERVER_FAILED_CODE;
  const rule = isServerFault ? undefined : (failureCatalogue as Record<string, FailureRule>)[code];
  if (!isServerFault && (rule === undefined || !Object.hasOwn(failureCatalogue, code))) return undefined;
  const sections = (['ar', 'en'] as const).map((language) => section(code, rule, language));
  return `${siteLinks()}<main><h1><bdi dir="ltr"><code>${escaped(code).replace('.', '.<wbr>')}</code></bdi></h1>${sections.join('')}</main>`;
}

function section(code: string, rule: FailureRule | undefined, language: Language): string {
  const kind = rule?.kind ?? 'unavailable';
  const status = rule === undefined ? 500 : STATUS[rule.kind];
  const isRetryable = rule === undefined || (rule.isRetryable ?? false);
  const detail = (rule ?? SERVER_FAILED)[language];
  const fix = kind === 'unavailable' && !isRetryable ? OPERATOR_FIX : FIXES[kind];
  const example = {
    type: `/docs/problems/${code}`,
    code,
    status,
    title: TITLES[kind][language],
    detail,
    retryable: isRetryable,
  };
  const label = (name: keyof typeof LABELS) => escaped(LABELS[name][language]);
  return (
    `<section lang="${language}" dir="${language === 'ar' ? 'rtl' : 'ltr'}"><h2>${escaped(TITLES[kind][language])}&nbsp;·&nbsp;${status}</h2>` +
    `<h3>${label('meaning')}</h3><p>${sentence(detail)}</p><h3>${label('fix')}</h3><p>${escaped(fix[language])}</p>` +
    `<h3>${label('retry')}</h3><p>${label(isRetryable ? 'yes' : 'no')}</p>` +
    `<h3>${label('example')}</h3><pre dir="ltr">${listing(example)}</pre></section>`
  );
}

/** All codes with their sentence in both languages. */
export function problemIndex(): string {
  const rows = problemCodes().map((code) => {
    const { ar, en } = (failureCatalogue as Record<string, FailureRule>)[code] ?? SERVER_FAILED;
    return (
      `<tr><td><bdi dir="ltr"><a href="/docs/problems/${escaped(code)}"><code>${escaped(code)}</code></a></bdi></td>` +
      `<td lang="ar">${sentence(ar)}</td><td lang="en" dir="ltr">${sentence(en)}</td></tr>`
    );
  });
  const head =
    '<tr><th scope="col">الرمز · Code</th><th scope="col">المعنى</th><th scope="col" lang="en" dir="ltr">Meaning</th></tr>';
  return `${siteLinks()}<main><h1>المشكلات <span lang="en">· Problems</span></h1><table><thead>${head}</thead><tbody>${rows.join('')}</tbody></table></main>`;
}
