const MICROS_PER_SECOND = 1_000_000;
const SECOND_TEXT_LENGTH = 'YYYY-MM-DDTHH:MM:SS.'.length;

// Neighbours in the journal mostly share the time, for they were recorded together, or else the second: it is spelled once.
let latest = { micros: Number.NaN, text: '' };
let second = Number.NaN;
let secondText = '';

/** Microseconds since 1970 UTC as `YYYY-MM-DDTHH:MM:SS.ffffffZ`. A Date alone would lose the last three digits. */
export function recordedText(micros: bigint | number): string {
  const all = Number(micros); // exact until the year 2255
  if (all === latest.micros) return latest.text;
  const at = Math.floor(all / MICROS_PER_SECOND);
  if (at !== second) {
    secondText = new Date(at * 1_000).toISOString().slice(0, SECOND_TEXT_LENGTH);
    second = at;
  }
  latest = { micros: all, text: `${secondText}${String(all - at * MICROS_PER_SECOND).padStart(6, '0')}Z` };
  return latest.text;
}
