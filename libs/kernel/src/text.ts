/** Cc: control. Cs: half a surrogate pair. U+202A-202E and U+2066-2069 turn the direction of what follows. */
const UNPLAIN = /[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/u;

/** Id made of a title: NFKD, ASCII only, lower case, runs of other characters to `-`, none at the ends. May be empty. */
export const slug = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\P{ASCII}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');

/** Text that shows as it is stored: NFC, no control characters, no half surrogate pair, nothing that overrides direction. */
export const isPlainText = (text: unknown): text is string =>
  typeof text === 'string' && !UNPLAIN.test(text) && text.normalize('NFC') === text;

/** Length as people count it in limits: code points, not UTF-16 units. */
export const codePoints = (text: string): number => {
  let count = text.length;
  for (let at = 0; at + 1 < text.length; at++) {
    const isPair = (text.charCodeAt(at) & 0xfc00) === 0xd800 && (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00;
    if (isPair) {
      count--;
      at++;
    }
  }
  return count;
};

/**
 * Up to `count` candidates that need the fewest edits (insert, drop, replace one character), nearest first, equals in
 * code unit order. Those that need more edits than half the wanted text (3 at least) are no help and are left out.
 */
export const nearest = (wanted: string, candidates: Iterable<string>, count = 3): readonly string[] => {
  const limit = Math.max(3, Math.ceil(wanted.length / 2));
  const found: { candidate: string; edits: number }[] = [];
  for (const candidate of new Set(candidates)) {
    if (Math.abs(candidate.length - wanted.length) > limit) continue;
    const edits = editDistance(wanted, candidate);
    if (edits <= limit) found.push({ candidate, edits });
  }
  found.sort((left, right) => left.edits - right.edits || (left.candidate < right.candidate ? -1 : 1));
  return found.slice(0, count).map(({ candidate }) => candidate);
};

/** Levenshtein distance, one row at a time. */
const editDistance = (left: string, right: string): number => {
  let row = Array.from({ length: right.length + 1 }, (_, at) => at);
  for (let i = 1; i <= left.length; i++) {
    const next = [i];
    for (let j = 1; j <= right.length; j++) {
      const replaced = row[j - 1]! + (left.charCodeAt(i - 1) === right.charCodeAt(j - 1) ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[right.length]!;
};
