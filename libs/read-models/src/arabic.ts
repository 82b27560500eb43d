/**
 * Arabic text made comparable, in Node and in PostgreSQL. Both are built from the tables below, and a test holds them
 * equal: what was indexed with one must be found with the other.
 */

/** Letters written in several ways → the one they are compared by. Code points, because their shapes mislead in source. */
const LETTERS: readonly (readonly [from: number, to: number])[] = [
  [0x0623, 0x0627], // alif with hamza above → alif
  [0x0625, 0x0627], // alif with hamza below → alif
  [0x0622, 0x0627], // alif with madda → alif
  [0x0671, 0x0627], // alif wasla → alif
  [0x0649, 0x064a], // alif maqsura → ya
  [0x0629, 0x0647], // ta marbuta → ha
  ...range(0x0660, 0x0669).map((digit) => [digit, digit - 0x0660 + 0x30] as const), // Arabic-Indic digits
  ...range(0x06f0, 0x06f9).map((digit) => [digit, digit - 0x06f0 + 0x30] as const), // Persian digits
];

/** Dropped: short vowels, tanwin, shadda and sukun; dagger alif; tatweel, which only stretches a word. */
const DROPPED = [...range(0x064b, 0x0652), 0x0670, 0x0640];

/** Code points that separate words; everything else belongs to one. Applied after {@link normaliseArabic}. */
const SEPARATORS: readonly (readonly [first: number, last: number])[] = [
  [0x01, 0x2f], // controls, space, ASCII signs before the digits
  [0x3a, 0x60], // signs between digits and small letters; capital letters are gone
  [0x7b, 0xbf], // signs behind the small letters, Latin-1 signs
  [0xd7, 0xd7], // multiplication
  [0xf7, 0xf7], // division
  [0x0600, 0x060f], // Arabic number signs, comma, date separator
  [0x061b, 0x061f], // Arabic semicolon, letter mark, end of text, question mark
  [0x066a, 0x066d], // per cent, decimal and thousands separators, star
  [0x06d4, 0x06d4], // Urdu full stop
  [0x06dd, 0x06de], // end of verse, start of part
  [0x1680, 0x1680], // Ogham space
  [0x2000, 0x206f], // spaces, dashes, quotes, joiners, direction marks
  [0x20a0, 0x20c0], // currencies
  [0x2190, 0x2bff], // arrows, mathematics, boxes, pictures
  [0x3000, 0x3004], // ideographic space and stops
  [0x3008, 0x3020], // East Asian brackets
  [0xfd3e, 0xfd3f], // ornate parentheses
  [0xfeff, 0xfeff], // byte order mark, once a joiner
  [0xfffc, 0xfffd], // stand-ins
  [0x1f000, 0x1faff], // emoji
];

/** Shortest remainder, in letters, that a prefix or a suffix may leave. */
const LETTERS_LEFT_MIN = 3;

/**
 * Beginnings and endings taken off for the index only, from words joined by single spaces. The same expressions run in
 * both engines. Beginnings: "and" or "so", the article and its prepositions, again until none is left, because a word may
 * begin with the same letters: without that, the ministry (which begins with waw) and a ministry would be two words, and
 * so would electronic with and without article. Endings: of plurals and the feminine, once.
 */
const STEMS: readonly (readonly [expression: string, replacement: string])[] = [
  [`(^| )(?:(?:[وف]|بال|كال|فال|ال|لل)(?=[^ ]{${LETTERS_LEFT_MIN}}))+`, '$1'],
  [`(?<=[^ ]{${LETTERS_LEFT_MIN}})(?:ات|ون|ين|ه)(?= |$)`, ''],
];

/**
 * Text as it is compared: NFKC (which joins presentation forms), without vowels and tatweel, forms of alif, ya and ta
 * marbuta made one, digits 0 to 9, lower case. Show people the original; this one is misspelt on purpose.
 */
export const normaliseArabic = (text: string): string =>
  text
    .normalize('NFKC')
    .replace(REPLACED, (letter) => REPLACEMENTS.get(letter) ?? '')
    .toLowerCase();

/** Words of a text as the index holds them: {@link normaliseArabic}, split, stemmed. Texts and queries go the same way. */
export const searchTerms = (text: string): string[] => {
  let words = normaliseArabic(text).replace(SEPARATED, ' ').replace(/^ | $/g, '');
  for (const [expression, replacement] of STEM_EXPRESSIONS) words = words.replace(expression, replacement);
  return words === '' ? [] : words.split(' ');
};

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, at) => first + at);
}

const character = (code: number): string => String.fromCodePoint(code);
const REPLACEMENTS = new Map(LETTERS.map(([from, to]) => [character(from), character(to)]));
const REPLACED = new RegExp(`[${[...LETTERS.map(([from]) => from), ...DROPPED].map(character).join('')}]`, 'gu');
const SEPARATED = new RegExp(`[${separatorClass((code) => `\\u{${code.toString(16)}}`)}]+`, 'gu');
const STEM_EXPRESSIONS = STEMS.map(([expression, replacement]) => [new RegExp(expression, 'gu'), replacement] as const);

function separatorClass(escaped: (code: number) => string): string {
  return SEPARATORS.map(([first, last]) => `${escaped(first)}-${escaped(last)}`).join('');
}

const TRANSLATED = LETTERS.map(([from]) => character(from)).join('') + DROPPED.map(character).join('');
const TRANSLATIONS = LETTERS.map(([, to]) => character(to)).join('');
const SQL_SEPARATORS = separatorClass((code) => `\\U${code.toString(16).padStart(8, '0')}`);

/** `$1` of ECMAScript is `\1` of PostgreSQL; the rest of the expressions means the same in both. */
const SQL_STEMMED = STEMS.reduce(
  (words, [expression, replacement]) =>
    `pg_catalog.regexp_replace(${words}, '${expression}', '${replacement.replace('$1', '\\1')}', 'g')`,
  `pg_catalog.btrim(pg_catalog.regexp_replace(normalise_arabic(text), '[${SQL_SEPARATORS}]+', ' ', 'g'))`,
);

/**
 * The twins in SQL, created in the current schema: `normalise_arabic(text)` and `search_terms(text)`, the terms joined by
 * single spaces, for `to_tsvector('simple', search_terms(…))` and trigram indexes over `normalise_arabic(…)`. Their bodies are
 * parsed when they are created, so no later search_path changes what they call; a database in UTF-8 with ICU is needed.
 */
export const NORMALISE_SQL = `
create or replace function normalise_arabic(text text) returns text
  language sql immutable strict parallel safe
  return pg_catalog.lower(pg_catalog.translate(pg_catalog.normalize(text, 'NFKC'), '${TRANSLATED}', '${TRANSLATIONS}')
    collate "und-x-icu");

create or replace function search_terms(text text) returns text
  language sql immutable strict parallel safe
  return ${SQL_STEMMED};
`;
