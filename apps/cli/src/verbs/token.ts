import type { Command } from 'commander';
import { type Role, readToken } from '../client.js';
import { readEnvironment } from '../environment.js';
import { CliError, EXIT } from '../exit-codes.js';

const ROLES: readonly Role[] = ['integrator', 'analyst', 'regulator', 'steward', 'operator', 'second-operator'];

export const addToken = (program: Command): void => {
  program
    .command('token')
    .description('Prints the local development token of a role.')
    .argument('<role>', ROLES.join(', '))
    .addHelpText(
      'beforeAll',
      'Example: curl -H "Authorization: Bearer $(sijill token analyst)" http://127.0.0.1:8080/v1/datasets\n',
    )
    .action((role: Role) => {
      const environment = readEnvironment();
      if (!ROLES.includes(role)) throw new CliError(`no role "${role}": one of ${ROLES.join(', ')}`, EXIT.usage);
      if (environment.oidc)
        throw new CliError(`sign in at ${environment.oidc.issuer}: tokens come from there`, EXIT.signInNeeded);
      const token = readToken(environment, role);
      if (!token) throw new CliError('no token yet: start the ledger first (npm start)', EXIT.signInNeeded);
      process.stdout.write(`${token}\n`);
    });
};
