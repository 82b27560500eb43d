import { type Command, InvalidArgumentError } from 'commander';
import type { JournalDigest } from '#transparency';
import { readEnvironment } from '../environment.js';
import { Progress } from '../intake/progress.js';
import { undoOnSignals } from '../signals.js';

interface DigestFlags {
  readonly until?: bigint;
  readonly json?: boolean;
}

const position = (text: string): bigint => {
  if (/^(?:0|[1-9]\d{0,18})$/.test(text)) return BigInt(text);
  throw new InvalidArgumentError('a position: 0 or more, decimal');
};

export const addJournal = (program: Command): void => {
  const journal = program.command('journal').description('The journal itself, read where it is stored.');
  journal
    .command('digest')
    .description('Reads the whole journal and says in few bytes what it holds, whatever store holds it.')
    .option('--until <position>', 'the last event to take in; default: the last there is', position)
    .option('--json', 'the digest as JSON')
    .addHelpText(
      'after',
      `
root       of the RFC 6962 tree over the events with order, times and salts: equal for a journal and its copy
contents   of what was told alone: equal for two journals that were told the same at other times

Reads the store that SIJILL_EVENT_STORE and DATABASE_URL name, without an api, and writes nothing to it.
`,
    )
    .action(digest);
};

async function digest({ until, json }: DigestFlags): Promise<void> {
  const environment = readEnvironment();
  const undo = undoOnSignals();
  const say = (line: string) => void process.stderr.write(`  ${line}\n`);
  try {
    // Loaded here: the other verbs need no driver and answer at once.
    const { eventsUpTo, openStore } = await import('../stores.js');
    const { digestOf } = await import('#transparency');
    const store = await openStore(environment.eventStore ?? 'postgres', environment, undo);
    const total = eventsUpTo(store, until ?? (await store.head()));
    const progress = new Progress(false);
    const told = await digestOf(store, {
      ...(until !== undefined && { until }),
      onPage: (events) => progress.show({ done: Number(events), total }),
    });
    progress.end();
    const answer = digestAnswer(told);
    const line = ([name, value]: readonly [string, string | null]) => `${name.padEnd(10)} ${value ?? 'none'}\n`;
    process.stdout.write(json ? `${JSON.stringify(answer, null, 2)}\n` : Object.entries(answer).map(line).join(''));
  } finally {
    await undo.close(say);
  }
}

/** For people and machines: the root as a checkpoint writes it, the contents as a checksum is written. */
export const digestAnswer = ({ events, position: last, root, contents }: JournalDigest) => ({
  events: String(events),
  position: last === undefined ? null : String(last),
  root: Buffer.from(root).toString('base64'),
  contents: Buffer.from(contents).toString('hex'),
});
