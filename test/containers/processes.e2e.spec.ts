import { chmodSync, chownSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningPostgres, startPostgres } from '#embedded-postgres';
import { certificatesMissing, makeClusterCertificates } from '../support/cluster-certificates.js';
import { argumentsOf, composeOf, SECRETS, type Service, settingsOf } from '../support/containers.js';
import { StandIn } from '../support/eventstoredb/stand-in.js';
import { AUDIENCE, startIssuer, type TestIssuer } from '../support/issuer.js';
import { answers, freePort, type Place, TestProcess, until } from '../support/processes.js';
import { environmentOf, layOut, setWritable } from '../support/release.js';
import { sourceOf } from '../support/repository.js';

/** The containers' user: only root can become somebody else. */
const USER = 1000;
const isRoot = process.getuid?.() === 0;
if (!isRoot) console.warn(`not root: the processes run as user ${process.getuid?.()}, not as ${USER}`);

const NODES = ['kurrentdb-1', 'kurrentdb-2', 'kurrentdb-3'];
const CERTIFICATES = 'certificates';

/** A secure cluster of three as compose.yaml makes it: its certificates are signed, its administrator's password set. */
async function startCluster(directory: string): Promise<StandIn> {
  mkdirSync(directory);
  makeClusterCertificates(directory, NODES);
  const [key, certificate] = ['node.key', 'node.crt'].map((name) =>
    readFileSync(join(directory, 'nodes', NODES[0]!, name), 'utf8'),
  ) as [string, string];
  const admin = { password: SECRETS.KURRENTDB_ADMIN_PASSWORD, rights: ['append', 'read', 'all'] } as const;
  return StandIn.start({ nodes: NODES.length, tls: { key, certificate }, users: { admin } });
}

const stores = ['postgres', 'cluster'].filter((store) => store === 'postgres' || certificatesMissing === undefined);
if (certificatesMissing !== undefined) console.warn(certificatesMissing);

/**
 * The processes as the containers start them: commands, variables, user, files and what may be written are read from Dockerfile and
 * compose.yaml. What differs: hosts, ports and the name of the administrator are this machine's, nothing listens beyond the
 * loopback, and the nodes of the cluster are the stand-in's.
 */
describe.each(stores)('The processes as the containers start them with settings/%s.env', (store) => {
  const directory = mkdtempSync(join(tmpdir(), 'sijill-containers-'));
  const app = join(directory, 'app');
  const data = join(directory, 'data');
  let postgres: RunningPostgres;
  let cluster: StandIn | undefined;
  let admin: URL;
  let issuer: TestIssuer;
  let stage: ReturnType<typeof layOut>;
  let services: Readonly<Record<string, Service>>;
  const ports: Record<string, number> = {};
  const started: TestProcess[] = [];

  const instruction = (keyword: string) => argumentsOf(stage.findLast((one) => one.keyword === keyword)!.text)!;
  const onThisMachine = (address: string): string =>
    NODES.reduce(
      (text, node, nth) => text.replace(`${node}:2113`, new URL(cluster?.addresses[nth] ?? 'http://none').host),
      address,
    ).replace('/trust/', `${directory}/${CERTIFICATES}/trust/`);
  const environmentOfService = (name: string) => {
    const here = Object.entries(services[name]!.environment!).map(([variable, value]) => {
      const address = value.replace('//postgres:', `//${admin.username}:`).replace('@postgres:5432', `@${admin.host}`);
      return [variable, onThisMachine(address)] as const;
    });
    const moved = { HOST: '127.0.0.1', SIJILL_DATA_DIR: data, ...(ports[name] && { PORT: String(ports[name]) }) };
    return { ...environmentOf(stage), ...Object.fromEntries(here), ...moved };
  };
  const run = (name: string, command: readonly string[], environment = environmentOfService(name)): TestProcess => {
    const [program, ...rest] = command;
    expect(program).toBe('node');
    const at = rest.findIndex((word) => !word.startsWith('--'));
    const place: Place = { directory: app, flags: rest.slice(0, at), ...(isRoot && { user: USER }) };
    const one = new TestProcess(rest[at]!, environment, rest.slice(at + 1), place);
    one.start();
    started.push(one);
    return one;
  };
  const commandOf = (name: string) => services[name]!.command ?? instruction('CMD');
  const health = (name: string) =>
    run(name, services[name]!.healthcheck?.test?.slice(1) ?? instruction('HEALTHCHECK')).done();

  const ask = (path: string, request: RequestInit) => fetch(`http://127.0.0.1:${ports.api}${path}`, request);
  type Headers = Readonly<Record<string, string>>;
  const authorized = async (): Promise<Headers> => {
    const claims = { roles: ['integrator', 'steward', 'analyst', 'operator'], sources: ['urn:sijill:example:'] };
    return { authorization: `Bearer ${await issuer.token(claims)}` };
  };
  const post = (event: string, headers: Headers) =>
    ask('/v1/events', {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/cloudevents+json' },
      body: event,
    });
  const figures = async (headers: Headers) =>
    (await ask('/v1/datasets/channel_volume?group=service', { headers })).text();

  beforeAll(async () => {
    chmodSync(directory, 0o755);
    mkdirSync(data, { mode: 0o700 });
    if (isRoot) chownSync(data, USER, USER);
    stage = layOut(app);
    postgres = await startPostgres({ directory: join(directory, 'postgres'), port: await freePort() });
    admin = new URL(await postgres.createDatabase('sijill'));
    issuer = await startIssuer();
    services = composeOf({
      ...settingsOf(`docker/settings/${store}.env`, SECRETS),
      POSTGRES_PASSWORD: decodeURIComponent(admin.password),
      SIJILL_OIDC_ISSUER: issuer.url,
      SIJILL_OIDC_AUDIENCE: AUDIENCE,
    }).services;
    for (const name of ['api', 'worker']) ports[name] = await freePort();
    if (store === 'cluster') cluster = await startCluster(join(directory, CERTIFICATES));
  });
  afterAll(async () => {
    for (const one of started) await one.end('SIGKILL');
    await issuer?.close();
    await postgres?.stop();
    await cluster?.stop();
    setWritable(app);
    rmSync(directory, { recursive: true, force: true });
  });

  test('migrate makes roles, passwords and tables, and a second time nothing', async () => {
    for (const said of [/^[1-9]\d* migrations applied/, /^0 migrations applied/]) {
      const migrate = run('migrate', commandOf('migrate'));
      expect([await migrate.done(), migrate.output]).toEqual([0, expect.stringMatching(said)]);
    }
  });

  test('api and worker are well by their health checks, take an event in and show its figure', async () => {
    expect(await health('api')).toBe(1);
    const [api, worker] = ['api', 'worker'].map((name) => run(name, commandOf(name))) as [TestProcess, TestProcess];
    const url = `http://127.0.0.1:${ports.api}`;
    await until(
      () => `the api is ready\n${api.output}`,
      () => answers(`${url}/health/ready`),
    );
    expect([await health('api'), await health('worker')]).toEqual([0, 0]);

    const headers = await authorized();
    for (const name of ['entity-registered', 'service-registered', 'transaction-received']) {
      const response = await post(sourceOf(`examples/${name}.json`), headers);
      expect([response.status, await response.text()]).toEqual([201, expect.stringContaining('"duplicate":false')]);
    }
    await until(
      () => `the figure is there\n${worker.output}`,
      async () => (await figures(headers)).includes('example-permit'),
    );
    expect(await (await fetch(`http://127.0.0.1:${ports.worker}/metrics`)).text()).toContain('nodejs_eventloop_lag');
  });

  if (store === 'cluster') {
    test('they go on when the node that led is gone and another leads', async () => {
      expect((await cluster!.openCalls()).some((call) => call.startsWith('batchAppend'))).toBe(true);
      await cluster!.takeDown(0);
      await cluster!.elect(2);
      const headers = await authorized();
      const received = sourceOf('examples/transaction-received.json');
      const another = received.replace('7f0c-000123', '7f0c-000124').replace('V-88412', 'V-88413');
      await until('another event is taken in', async () => (await post(another, headers)).ok);
      await until('its figure is there', async () => (await figures(headers)).includes('"received":2'));
      await until('all is well', async () => (await health('api')) === 0);
      await cluster!.bringUp(0);
    });
  }

  test('they wrote their keys into the data folder and nothing anywhere else', () => {
    expect(readdirSync(data)).toEqual(['keys']);
    const names = readdirSync(app).sort();
    expect(names).toEqual(['dist', 'docker', 'node_modules', 'package.json']);
  });

  test('SIGTERM ends both in order', async () => {
    const running = started.filter(({ isRunning }) => isRunning);
    expect(running).toHaveLength(2);
    expect(await Promise.all(running.map((one) => one.end('SIGTERM')))).toEqual([0, 0]);
  });
});
