import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { clientAs } from '../client-as.js';
import { CliError, EXIT } from '../exit-codes.js';
import { writeBody } from '../output.js';

export const addEvents = (program: Command): void => {
  const events = program.command('events').description('Posts events, reads them, follows the journal.');
  events
    .command('post')
    .description('Posts one CloudEvent, or a JSON array of them.')
    .argument('<file>', 'the file; "-" reads standard input')
    .option('--dry-run', 'only say whether it would be accepted')
    .addHelpText('beforeAll', 'Example: sijill events post examples/entity-registered.json\n')
    .action(post);
  events
    .command('get')
    .description('One event by position, a stream by name, or the journal in order.')
    .argument('[position-or-stream]', 'for example 42 or transaction-rta:V-88412')
    .option('--after <position>', 'journal: strictly after this position')
    .option('--limit <events>', 'journal: how many', '100')
    .option('--type <type>', 'journal: only this type')
    .action(get);
  events
    .command('tail')
    .description('Follows the journal, one event a line, until interrupted.')
    .option('--after <position>', 'start strictly after this position')
    .action(tail);
};

async function post(file: string, { dryRun }: { readonly dryRun?: boolean }): Promise<void> {
  const body = readFileSync(file === '-' ? 0 : file, 'utf8');
  const isBatch = body.trimStart().startsWith('[');
  const role = body.includes('.registered.v1') ? 'steward' : 'integrator';
  const client = clientAs(role);
  const response = await client.call(`/v1/events${dryRun ? '?validate=only' : ''}`, {
    method: 'POST',
    headers: { 'content-type': isBatch ? 'application/cloudevents-batch+json' : 'application/cloudevents+json' },
    body,
  });
  const answer = (await response.json()) as { rejected?: number };
  process.stdout.write(`${JSON.stringify(answer, null, 2)}\n`);
  if (answer.rejected) process.exitCode = EXIT.partlyDone;
}

async function get(
  wanted: string | undefined,
  { after, limit, type }: { after?: string; limit: string; type?: string },
): Promise<void> {
  const client = clientAs('regulator');
  if (wanted !== undefined) {
    const path = /^\d+$/.test(wanted) ? `/v1/events/${wanted}` : `/v1/streams/${encodeURIComponent(wanted)}`;
    return writeBody(await client.call(path), undefined);
  }
  const parameters = new URLSearchParams({ limit, ...(after ? { after } : {}), ...(type ? { type } : {}) });
  return writeBody(await client.call(`/v1/events?${parameters}`), undefined);
}

/** Reconnects after the last event it printed: nothing is left out and nothing repeated. */
async function tail({ after }: { readonly after?: string }): Promise<void> {
  const client = clientAs('regulator');
  const ending = new AbortController();
  process.once('SIGINT', () => ending.abort());
  let position = after;
  while (!ending.signal.aborted) {
    try {
      const response = await client.call(`/v1/events${position ? `?after=${position}` : ''}`, {
        headers: { accept: 'text/event-stream' },
        signal: ending.signal,
      });
      for await (const event of eventsOf(response)) {
        position = event.id;
        process.stdout.write(`${event.data}\n`);
      }
    } catch (error) {
      if (!ending.signal.aborted && error instanceof CliError) throw error;
    }
  }
}

/** Server-sent events (HTML standard §9.2) as far as our feed uses them: `id`, `data`, comments as heartbeat. */
async function* eventsOf(response: Response): AsyncGenerator<{ id: string; data: string }> {
  const decoder = new TextDecoder();
  let waiting = '';
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    waiting += decoder.decode(chunk, { stream: true });
    const blocks = waiting.split('\n\n');
    waiting = blocks.pop()!;
    for (const block of blocks) {
      const field = (name: string) =>
        block
          .split('\n')
          .filter((line) => line.startsWith(`${name}:`))
          .map((line) => line.slice(name.length + 1).trimStart())
          .join('\n');
      if (field('data') !== '') yield { id: field('id'), data: field('data') };
    }
  }
}
