/** Groups of routes by the beginning of their path, in both languages. */
export const GROUPS: readonly (readonly [path: RegExp, name: string])[] = [
  [/^\/v1\/(events|streams)/, 'الأحداث · Events'],
  [/^\/v1\/datasets/, 'مجموعات البيانات · Data sets'],
  [/^\/v1\/replays/, 'إعادة البناء · Replays'],
  [/^\/v1\/erasures/, 'محو البيانات · Erasures'],
  [/^\/v1\/services/, 'دليل الخدمات · Services'],
  [/^\/(docs|openapi)/, 'التوثيق · Documents'],
  [/./, 'التشغيل · Operations'],
];
export const groupOf = (path: string): string => GROUPS.find(([prefix]) => prefix.test(path))?.[1] ?? '';
