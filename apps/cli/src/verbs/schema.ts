import type { Command } from 'commander';
import { clientAs } from '../client-as.js';
import { CliError, EXIT } from '../exit-codes.js';

interface OpenApi {
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> };
}

const PREFIX = 'gov.sijill.';
/** `transaction.received` → `gov.sijill.transaction.received.v1`. */
const typeOf = (name: string): string => (name.startsWith(PREFIX) ? name : `${PREFIX}${name}.v1`);

export const addSchema = (program: Command): void => {
  const schema = program.command('schema').description('The shapes of event data, as JSON Schema.');
  schema
    .command('list')
    .description('Every event type that the ledger takes, one a line.')
    .action(async () => {
      for (const type of Object.keys(await schemas())) process.stdout.write(`${type}\n`);
    });
  schema
    .command('show')
    .description('The schema of one event type.')
    .argument('<type>', 'for example transaction.received')
    .addHelpText('beforeAll', 'Example: sijill schema show transaction.received\n')
    .action(async (name: string) => {
      const all = await schemas();
      const found = all[typeOf(name)];
      if (!found) throw new CliError(`no event type "${name}": sijill schema list has them all`, EXIT.usage);
      process.stdout.write(`${JSON.stringify(found, null, 2)}\n`);
    });
};

/** Event type → JSON Schema, out of the document that every server publishes. */
const schemas = async (): Promise<Readonly<Record<string, unknown>>> => {
  const { components } = await clientAs(undefined).json<OpenApi>('/openapi.json');
  return Object.fromEntries(Object.entries(components.schemas).filter(([name]) => name.startsWith(PREFIX)));
};
