export const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x30 && byte <= 0x39;

/** The number of four hexadecimal digits, -1 when one of them is something else. */
export const hexAt = (bytes: Uint8Array, start: number): number => {
  let value = 0;
  for (let at = start; at < start + 4; at++) {
    const byte = bytes[at];
    const letter = byte | 0x20;
    if (isDigit(byte)) value = value * 16 + byte - 0x30;
    else if (letter >= 0x61 && letter <= 0x66) value = value * 16 + letter - 0x57;
    else return -1;
  }
  return value;
};

/** UTF-8 bytes of one UTF-16 unit that is not half a pair. */
export const utf8Length = (unit: number): number => (unit < 0x80 ? 1 : unit < 0x800 ? 2 : 3);

/** Length (2 to 4) of the UTF-8 sequence at `at`, 0 when it is not one: RFC 3629, section 4, table of byte ranges. */
export const sequenceLength = (bytes: Uint8Array, at: number): number => {
  const lead = bytes[at];
  const second = bytes[at + 1];
  if (lead < 0xc2 || lead > 0xf4 || !isContinuation(second)) return 0;
  if (lead < 0xe0) return 2;
  if (!isContinuation(bytes[at + 2])) return 0;
  if (lead < 0xf0) {
    // E0: shorter forms exist. ED: halves of surrogate pairs.
    return (lead === 0xe0 && second < 0xa0) || (lead === 0xed && second > 0x9f) ? 0 : 3;
  }
  if (!isContinuation(bytes[at + 3])) return 0;
  // F0: shorter forms exist. F4: beyond U+10FFFF.
  return (lead === 0xf0 && second < 0x90) || (lead === 0xf4 && second > 0x8f) ? 0 : 4;
};

const isContinuation = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80;

/**
 * Whether the text of a JSON number survives as an ECMAScript number by our rules: finite, not -0, no integer value
 * beyond ±(2^53-1) however written, and 0 only if 0 was meant.
 */
export const isExact = (text: string): boolean => {
  const value = Number(text);
  if (!Number.isFinite(value) || Object.is(value, -0)) return false;
  if (value === 0) return !/[1-9]/.test(text.replace(/e.*/i, ''));
  return !Number.isInteger(value) || Number.isSafeInteger(value);
};
