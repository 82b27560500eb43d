/** Rounds of what is done again and again: 10 in `npm test`, 200 in `npm run test:faults`. */
export const ROUNDS = Number(process.env.SIJILL_FAULT_ROUNDS ?? 10);
const isLong = ROUNDS > 10;

/** One of the two, by the length of the run. */
export const inShort = <T>(short: T, long: T): T => (isLong ? long : short);
