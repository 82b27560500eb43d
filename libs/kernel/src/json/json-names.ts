/** Up to so many names of one object are compared by their hashes one after the other; beyond, a set of texts decides. */
const NAMES_IN_A_ROW_MAX = 16;
const BACKSLASH = 0x5c;
const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype']);
const FORBIDDEN_HASHES = new Set([...FORBIDDEN].map((name) => hashOf(Buffer.from(name), 0, name.length)));

/**
 * Names seen in the objects that are open. Two names are the same when they are so after unescaping. Hashes only spare
 * work: where two agree the texts decide, so names made to collide cost one set and no quadratic search.
 */
export class MemberNames {
  private count = 0;
  private readonly hashes: number[] = [];
  private readonly starts: number[] = [];
  private readonly ends: number[] = [];
  /** Depth → index of the first name of the object open there. */
  private readonly firsts: number[] = [0];
  /** Depth → texts of the names, once hashes do not suffice for the object open there. */
  private readonly texts: (Set<string> | undefined)[] = [undefined];

  constructor(private bytes: Buffer) {}

  /** Forgets all names; the next ones are in `bytes`. */
  begin(bytes: Buffer): void {
    this.bytes = bytes;
    this.count = 0;
  }

  open(depth: number): void {
    this.firsts[depth] = this.count;
    this.texts[depth] = undefined;
  }

  close(depth: number): void {
    this.count = this.firsts[depth];
  }

  /** Adds the name between its quotes (`start` and `end` hold them) to the object open at `depth`. */
  add(depth: number, start: number, end: number): 'json.duplicateKey' | 'json.forbiddenKey' | undefined {
    const hash = hashOf(this.bytes, start + 1, end - 1);
    const isEscaped = hash === undefined;
    if ((isEscaped || FORBIDDEN_HASHES.has(hash)) && FORBIDDEN.has(this.text(start, end))) return 'json.forbiddenKey';
    const known = this.texts[depth];
    const isPlain = known === undefined && !isEscaped && this.isNew(depth, hash);
    if (isPlain) {
      this.hashes[this.count] = hash;
      this.starts[this.count] = start;
      this.ends[this.count++] = end;
      return undefined;
    }
    const texts = known ?? this.decide(depth);
    const { size } = texts;
    return texts.add(this.text(start, end)).size === size ? 'json.duplicateKey' : undefined;
  }

  private isNew(depth: number, hash: number): boolean {
    const { count, hashes } = this;
    const first = this.firsts[depth];
    for (let at = first; at < count; at++) if (hashes[at] === hash) return false;
    return count - first < NAMES_IN_A_ROW_MAX;
  }

  /** From here on texts decide for the object at `depth`. */
  private decide(depth: number): Set<string> {
    const texts = new Set<string>();
    for (let at = this.firsts[depth]; at < this.count; at++) texts.add(this.text(this.starts[at], this.ends[at]));
    this.texts[depth] = texts;
    return texts;
  }

  private text(start: number, end: number): string {
    return JSON.parse(this.bytes.toString('utf8', start, end)) as string;
  }
}

/** FNV-1a, 32 bits; undefined for a name with an escape. */
function hashOf(bytes: Buffer, start: number, end: number): number | undefined {
  let hash = 0x811c9dc5 | 0;
  for (let at = start; at < end; at++) {
    if (bytes[at] === BACKSLASH) return undefined;
    hash = Math.imul(hash ^ bytes[at], 0x01000193);
  }
  return hash;
}
