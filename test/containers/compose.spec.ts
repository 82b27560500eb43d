import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DCLinter } from 'dclint';
import { COMPOSE, composeOf, SECRETS, settingsOf } from '../support/containers.js';
import { filesBelow, isTest, sourceOf } from '../support/repository.js';

// Services stand in the order in which one needs the other, not in that of the alphabet.
const ORDERS = [
  'service-dependencies-alphabetical-order',
  'service-keys-order',
  'services-alphabetical-order',
  'top-level-properties-order',
];
const rules = Object.fromEntries(ORDERS.map((rule) => [rule, 0]));

interface Finding {
  readonly line: number;
  readonly rule: string;
  readonly message: string;
}
const faultsOf = (path: string): readonly string[] =>
  new DCLinter({ rules, quiet: false, debug: false, exclude: [] })
    .lintFiles([path], false)
    .flatMap(({ messages }: { messages: readonly Finding[] }) =>
      messages.map(({ rule, line, message }) => `${line} ${rule} ${message}`),
    );

const STORES = ['postgres', 'kurrentdb', 'cluster'] as const;
const withStore = (store: string) => composeOf(settingsOf(`docker/settings/${store}.env`, SECRETS));
const OURS = ['migrate', 'api', 'worker'];

describe('docker/compose.yaml', () => {
  test('keeps to the Compose specification', () => {
    expect(faultsOf(COMPOSE)).toEqual([]);
  });

  test('would be refused with a member that the specification does not have', () => {
    const directory = mkdtempSync(join(tmpdir(), 'sijill-compose-'));
    try {
      const path = join(directory, 'compose.yaml');
      writeFileSync(path, sourceOf('docker/compose.yaml').replace('stop_grace_period', 'stop_grace_time'));
      expect(faultsOf(path)).toEqual([expect.stringContaining('invalid-schema')]);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  test.each([
    ['postgres', ['postgres', 'migrate', 'api', 'worker']],
    ['kurrentdb', ['postgres', 'migrate', 'api', 'worker', 'kurrentdb']],
    ['cluster', ['postgres', 'migrate', 'api', 'worker', 'certificates', 'kurrentdb-1', 'kurrentdb-2', 'kurrentdb-3']],
  ])('settings/%s.env start exactly what they need', (store, names) => {
    expect(Object.keys(withStore(store).services)).toEqual(names);
  });

  test.each(STORES)('with settings/%s.env all that a service names is declared', (store) => {
    const { services, volumes, networks } = withStore(store);
    for (const [name, service] of Object.entries(services)) {
      const needs = Object.entries(service.depends_on ?? {}).filter(([, { required }]) => required !== false);
      expect([name, needs.filter(([needed]) => !(needed in services))]).toEqual([name, []]);
      const named = (service.volumes ?? [])
        .map((volume) => volume.split(':')[0]!)
        .filter((volume) => !/^[./]/.test(volume));
      expect([name, named.filter((volume) => !(volume in volumes))]).toEqual([name, []]);
      expect([name, (service.networks ?? []).filter((network) => !(network in networks))]).toEqual([name, []]);
    }
  });

  test.each(['POSTGRES_PASSWORD', 'SIJILL_API_PASSWORD', 'SIJILL_WORKER_PASSWORD', 'SIJILL_OIDC_ISSUER'])(
    'nothing starts without %s',
    (name) => {
      expect(() => composeOf({ ...SECRETS, [name]: '' })).toThrow(name);
    },
  );

  test('the example of the secrets has every secret that is asked for, and no value', () => {
    const lines = sourceOf('docker/settings/secrets.example')
      .split('\n')
      .filter((line) => /^[A-Z]/.test(line));
    expect(lines).toEqual(Object.keys(SECRETS).map((name) => `${name}=`));
  });

  test.each(OURS)('%s may write nothing but what it is given, and gain no right', (name) => {
    const service = withStore('postgres').services[name]!;
    expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] });
    expect(service.user).toMatch(/^[1-9]\d*:[1-9]\d*$/);
  });

  test('no service gains a right, and each has only those that it needs', () => {
    const services = Object.entries({ ...withStore('kurrentdb').services, ...withStore('cluster').services });
    for (const [name, { cap_drop, security_opt }] of services)
      expect([name, cap_drop, security_opt]).toEqual([name, ['ALL'], ['no-new-privileges:true']]);
    const given = services.flatMap(([name, { cap_add }]) => (cap_add === undefined ? [] : [[name, cap_add]]));
    expect(Object.fromEntries(given)).toEqual({
      postgres: ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'SETGID', 'SETUID'],
      certificates: ['CHOWN', 'DAC_OVERRIDE'],
    });
    const asRoot = services.flatMap(([name, { user }]) => (user === undefined ? [name] : []));
    expect(asRoot).toEqual(['postgres', 'certificates']);
  });

  test('nothing is reached from another machine, and only the api from this one', () => {
    for (const store of STORES) {
      const published = Object.entries(withStore(store).services).filter(([, { ports }]) => ports !== undefined);
      expect(published.map(([name, { ports }]) => [name, ports])).toEqual([['api', ['127.0.0.1:8080:8080']]]);
    }
  });

  test('every image has a version, and every service that stays says how it is', () => {
    for (const [name, service] of Object.entries(withStore('cluster').services)) {
      expect([name, service.image]).toEqual([name, expect.stringMatching(/:\d+\.\d+/)]);
      const isKnown = service.healthcheck?.test !== undefined || ['migrate', 'api', 'certificates'].includes(name);
      expect([name, isKnown]).toEqual([name, true]); // the api has the HEALTHCHECK of its image, the others end
    }
  });

  test('the nodes of the cluster seek each other, and the client knows all of them', () => {
    const { services } = withStore('cluster');
    const nodes = Object.keys(services).filter((name) => name.startsWith('kurrentdb-'));
    expect(nodes).toHaveLength(3);
    for (const node of nodes) {
      const { KURRENTDB_GOSSIP_SEED, KURRENTDB_NODE_HOST_ADVERTISE_AS, KURRENTDB_CLUSTER_SIZE } =
        services[node]!.environment!;
      expect(KURRENTDB_GOSSIP_SEED!.split(',')).toEqual(
        nodes.filter((other) => other !== node).map((other) => `${other}:2113`),
      );
      expect(KURRENTDB_NODE_HOST_ADVERTISE_AS).toBe(node);
      expect(KURRENTDB_CLUSTER_SIZE).toBe('3');
    }
    expect(services.certificates!.command!.slice(-3)).toEqual(nodes);
    const [, hosts, settings] = /@([^?]+)\?(.*)$/.exec(services.api!.environment!.SIJILL_EVENT_STORE!)!;
    expect(hosts!.split(',')).toEqual(nodes.map((node) => `${node}:2113`));
    expect(Object.fromEntries(new URLSearchParams(settings))).toEqual({
      tls: 'true',
      tlsCAFile: '/trust/ca.crt',
      nodePreference: 'leader',
    });
    expect(services.worker!.environment!.SIJILL_EVENT_STORE).toBe(services.api!.environment!.SIJILL_EVENT_STORE);
  });

  test('the key of the authority is in no container but the one that signs', () => {
    const { services } = withStore('cluster');
    const holders = Object.entries(services).filter(([, { volumes }]) =>
      volumes?.some((one) => one.startsWith('authority:')),
    );
    expect(holders.map(([name]) => name)).toEqual(['certificates']);
  });

  test('a process reads every variable that it is given', () => {
    const sources = ['apps', 'migrations'].flatMap((folder) => filesBelow(folder)).filter((path) => !isTest(path));
    const read = sources.map(sourceOf).join('\n');
    const given = OURS.flatMap((name) => Object.keys(withStore('cluster').services[name]!.environment!));
    expect(given.filter((name) => !new RegExp(`\\b${name}\\b`).test(read))).toEqual([]);
  });
});
