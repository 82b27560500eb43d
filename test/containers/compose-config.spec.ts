import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { COMPOSE, composeOf, SECRETS, type Service, settingsOf, type Variables } from '../support/containers.js';
import { ROOT } from '../support/repository.js';

const VERSION = /^v?[2-9]\d*\./;
/** Ways to start Docker Compose; `config` of it needs no Docker. */
const COMMANDS = [process.env.DOCKER_COMPOSE ?? '', 'docker compose', 'docker-compose'];

const run = (command: string, args: readonly string[], variables: Variables = {}) => {
  const [program = '', ...before] = command.split(' ');
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, ...variables };
  return spawnSync(program, [...before, ...args], { encoding: 'utf8', env });
};
const compose = COMMANDS.find((command) => command && VERSION.test(run(command, ['version', '--short']).stdout ?? ''));

/** What a service says of itself, without what Docker Compose spells in its own way. */
const saidOf = ({ image, user, command, environment = {}, read_only, cap_drop, cap_add, security_opt }: Service) => ({
  ...{ image, user, command: command ?? undefined, environment, read_only, cap_drop, cap_add, security_opt },
});

const config = (store: string, variables: Variables) => {
  const settings = join(ROOT, 'docker/settings', `${store}.env`);
  const args = ['--file', COMPOSE, '--env-file', settings, 'config', '--format', 'json'];
  return run(compose as string, args, variables);
};

const declare = (): void => {
  test.each(['postgres', 'kurrentdb', 'cluster'])('reads what we read, with settings/%s.env', (store) => {
    const { status, stdout, stderr } = config(store, SECRETS);
    expect([status, stderr]).toEqual([0, '']);
    const theirs = JSON.parse(stdout) as { readonly services: Readonly<Record<string, Service>> };
    const { services } = composeOf(settingsOf(`docker/settings/${store}.env`, SECRETS));
    const said = (all: Readonly<Record<string, Service>>) =>
      Object.fromEntries(Object.entries(all).map(([name, service]) => [name, saidOf(service)]));
    expect(said(theirs.services)).toEqual(said(services));
  });

  test('refuses to start without a password', () => {
    const { status, stderr } = config('postgres', { ...SECRETS, SIJILL_API_PASSWORD: '' });
    expect(status).not.toBe(0);
    expect(stderr).toContain('SIJILL_API_PASSWORD');
  });
};

describe('Docker Compose', () => {
  if (compose) return declare();
  const reason = 'left out: no Docker Compose from version 2 on, neither in PATH nor by DOCKER_COMPOSE';
  console.warn(reason);
  test(reason, () => expect(compose).toBeUndefined());
});
