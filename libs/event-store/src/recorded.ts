/** Microseconds since 1970 UTC as `YYYY-MM-DDTHH:MM:SS.ffffffZ`. A Date alone would lose the last three digits. */
export function recordedText(micros: bigint): string {
  const millis = new Date(Number(micros / 1000n)).toISOString();
  return `${millis.slice(0, 23)}${String(micros % 1000n).padStart(3, '0')}Z`;
}
