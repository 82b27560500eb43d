import type { Logger } from 'pino';
import type { Json } from '#kernel';
import { DEFAULTS_SOURCE, defaultFacts } from '#ledger';
import { LEDGER } from '../access/caller.js';
import type { Intake } from './intake.js';

/**
 * Records the registers that a fresh ledger adopts, through the same door as every other fact. Ids and content are always the same,
 * so a later start finds them there; a register that a steward has gone on with keeps what the steward recorded.
 */
export async function adoptDefaults(intake: Intake, logger: Logger): Promise<void> {
  const items = defaultFacts().map((fact) => ({
    event: { specversion: '1.0', source: DEFAULTS_SOURCE, ...fact } as unknown as Json,
  }));
  const outcomes = await intake.take(items, LEDGER, false);
  const refused = outcomes.filter((outcome) => 'failure' in outcome);
  const fault = refused.find(({ failure }) => failure.kind === 'unavailable' || failure.kind === 'corrupt');
  if (fault !== undefined) throw fault.failure;
  const created = outcomes.filter((outcome) => 'answer' in outcome && !outcome.answer.isDuplicate).length;
  logger.info({ created, refused: refused.map(({ failure }) => failure.code) }, 'default registers');
}
