import { streamOfType } from '#ledger';
import { REGISTERS } from './poster.js';

/** Streams of facts: independent of each other, so that they may be posted side by side. All others are registers. */
const FACTS: ReadonlySet<string> = new Set(['transaction', 'aggregate', 'views']);

/**
 * Key under which an event keeps its order: the id part of its stream for facts, one key for all registers, because later ones refer
 * to earlier ones. What is no event of ours goes where the server will say so.
 */
export const keyOfEventText = (text: string): string => {
  try {
    const event = JSON.parse(text) as { type: string; source?: string; data: Record<string, unknown> };
    const stream = streamOfType(event.type);
    return FACTS.has(stream.category) ? stream.id(event.data) : REGISTERS;
  } catch {
    // Not JSON, or no event of ours: posted all the same, so that the answer says what is wrong with it.
    return 'unknown';
  }
};
