import { IsForm, type ShapeDecorator } from '../shapes.js';

/** SHA-256 in hexadecimal. */
export const IsSha256 = (): ShapeDecorator => SHA_256;
const SHA_256 = IsForm({
  name: 'isSha256',
  code: 'sha256.format',
  ar: 'بصمة SHA-256 من 64 رقماً ست عشرياً بأحرف صغيرة',
  en: 'A SHA-256 digest has 64 lower-case hexadecimal digits',
  expected: '64 lower-case hexadecimal digits',
  pattern: /^[0-9a-f]{64}$/,
});
