import golden from './arabic.golden.json' with { type: 'json' };
import { normaliseArabic, searchTerms } from './arabic.js';

describe('Arabic text made comparable', () => {
  test.each(golden.texts)('$rule: $text', ({ text, normalised, terms }) => {
    expect(normaliseArabic(text)).toBe(normalised);
    expect(searchTerms(text).join(' ')).toBe(terms);
  });

  test.each(golden.texts)('is the same when made comparable twice: $text', ({ normalised }) => {
    expect(normaliseArabic(normalised)).toBe(normalised);
  });

  test.each(golden.found)('%s finds %s', (asked, written) => {
    expect(searchTerms(asked)).toEqual(searchTerms(written));
  });

  test.each(golden.apart)('%s does not find %s', (asked, written) => {
    expect(searchTerms(asked)).not.toEqual(searchTerms(written));
  });
});
