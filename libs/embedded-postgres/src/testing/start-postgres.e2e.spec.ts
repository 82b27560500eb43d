import { readFileSync, readlinkSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { type RunningPostgres, startPostgres } from '../index.js';
import { Passwords } from '../passwords.js';
import { prepareRoles } from '../roles.js';
import { callers, cleanUp, commandLine, eventually, Probe, processesNaming, type Step, workFolder } from './probe.js';

afterAll(cleanUp);

const ask = async <T extends object>(url: string, sql: string): Promise<T[]> => {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<T>(sql)).rows;
  } finally {
    await client.end();
  }
};

const setting = async (url: string, name: string) =>
  Object.values((await ask<Record<string, string>>(url, `show ${name}`))[0] ?? {})[0];

describe.each(callers())('A server started by $name', (caller) => {
  let folder: string;
  let probe: Probe;
  let ready: Required<Step>;
  let postmaster: number;
  let workingDirectory: string;

  beforeAll(async () => {
    folder = workFolder(caller);
    const directory = join(folder, 'data', 'postgres');
    const env = { PGDATA: '/nowhere', SOME_SECRET: 'open-sesame' };
    probe = Probe.start(caller, { directory }, { cwd: folder, env });
    const initdb = await eventually(() => processesNaming(directory)[0]);
    workingDirectory = readlinkSync(`/proc/${initdb}/cwd`);
    ready = (await probe.until('ready')) as Required<Step>;
    postmaster = processesNaming(ready.directory)[0] ?? 0;
  });
  afterAll(async () => {
    await probe.end();
  });

  const status = (field: string) =>
    new RegExp(`^${field}:\\s*(.*)$`, 'm').exec(readFileSync(`/proc/${postmaster}/status`, 'utf8'))?.[1]?.split(/\s+/);

  test('says where it is, which version it has and that it is ours', () => {
    expect(ready).toMatchObject({ ownership: 'started', directory: join(folder, 'data', 'postgres') });
    expect(ready.version).toMatch(/^18\.\d+$/);
    expect(ready.adminUrl).toMatch(/^postgres:\/\/sijill:[\w-]{32}@127\.0\.0\.1:\d+\/postgres$/);
  });

  test('never runs as root and has neither capabilities nor groups of root', () => {
    expect(status('Uid')).not.toContain('0');
    expect(status('Gid')).not.toContain('0');
    expect(status('Groups')?.filter((group) => group === '0')).toEqual([]);
    expect([status('CapPrm'), status('CapEff'), status('CapInh')]).toEqual(Array(3).fill(['0000000000000000']));
  });

  test('stands in the root folder, so that no other one is in use or has to be readable', () => {
    expect(workingDirectory).toBe('/');
  });

  test('keeps its data in a folder of mode 0700 that belongs to the user it runs as', () => {
    const { mode, uid } = statSync(join(ready.directory, 'cluster'));
    expect([(mode & 0o777).toString(8), String(uid)]).toEqual(['700', status('Uid')?.[0]]);
  });

  test('keeps passwords and log beside the data, readable by the caller alone', () => {
    for (const name of ['postgres.passwords.json', 'postgres.log']) {
      const { mode, uid } = statSync(join(ready.directory, name));
      expect([name, (mode & 0o777).toString(8), uid]).toEqual([name, '600', caller.uid]);
    }
  });

  test('writes its log to a file and not to a pipe', () => {
    for (const descriptor of [1, 2]) {
      expect(readlinkSync(`/proc/${postmaster}/fd/${descriptor}`)).toBe(join(ready.directory, 'postgres.log'));
    }
  });

  test('checks pages, sorts by code point and speaks UTF-8', async () => {
    const columns = 'pg_encoding_to_char(encoding) as encoding, datlocprovider, datlocale';
    const [row] = await ask(ready.adminUrl, `select ${columns} from pg_database where datname = 'template0'`);
    expect(row).toEqual({ encoding: 'UTF8', datlocprovider: 'b', datlocale: 'C.UTF-8' });
    expect(await setting(ready.adminUrl, 'data_checksums')).toBe('on');
  });

  test('finds trigrams in Arabic', async () => {
    const sql = `create extension if not exists pg_trgm; select cardinality(show_trgm('معاملة')) as found`;
    const client = new Client({ connectionString: ready.adminUrl });
    await client.connect();
    const results = (await client.query(sql)) as unknown as { rows: { found: number }[] }[];
    await client.end();
    expect(results[1]?.rows[0]?.found).toBeGreaterThan(4);
  });

  test('loses nothing that was committed', async () => {
    for (const name of ['fsync', 'full_page_writes', 'synchronous_commit']) {
      expect([name, await setting(ready.adminUrl, name)]).toEqual([name, 'on']);
    }
    expect(await setting(ready.adminUrl, 'max_connections')).toBe('50');
  });

  test('lets nobody in without the password', async () => {
    const wrong = ready.adminUrl.replace(/:[\w-]{32}@/, ':guessed@');
    await expect(ask(wrong, 'select')).rejects.toMatchObject({ code: '28P01' });
    const methods = await ask(ready.adminUrl, 'select distinct auth_method from pg_hba_file_rules');
    expect(methods).toEqual([{ auth_method: 'scram-sha-256' }]);
    const [{ kept }] = (await ask(
      ready.adminUrl,
      `select left(rolpassword, 14) as kept from pg_authid where rolname = 'sijill'`,
    )) as [{ kept: string }];
    expect(kept).toBe('SCRAM-SHA-256$');
  });

  test('listens on loopback only and on no socket file', async () => {
    expect(await setting(ready.adminUrl, 'listen_addresses')).toBe('127.0.0.1');
    expect(await setting(ready.adminUrl, 'unix_socket_directories')).toBe('');
    const outside = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
    for (const { address } of outside.filter(({ internal, family }) => !internal && family === 'IPv4')) {
      const refused = ask(ready.adminUrl.replace('127.0.0.1', address), 'select');
      await expect(refused).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    }
  });

  test('shows no password in its command line and gets nothing of our environment', () => {
    const password = new URL(ready.adminUrl).password;
    expect(commandLine(postmaster).join(' ')).not.toContain(password);
    const environment = readFileSync(`/proc/${postmaster}/environ`, 'utf8');
    expect(environment).toMatch(/LC_ALL=C\0/);
    for (const secret of [password, 'open-sesame', '/nowhere']) expect(environment).not.toContain(secret);
    expect(readFileSync(join(ready.directory, 'postgres.log'), 'utf8')).not.toContain(password);
  });

  test('does not hear the Ctrl-C of the terminal', async () => {
    probe.signal('SIGINT', true);
    await probe.until('interrupted');
    expect(await ask(ready.adminUrl, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('is borrowed by a second start, whose end leaves it alone', async () => {
    const second = Probe.start(caller, { directory: ready.directory });
    expect(await second.until('ready')).toMatchObject({ ownership: 'borrowed', adminUrl: ready.adminUrl });
    expect(await second.end()).toBe(0);
    expect(await ask(ready.adminUrl, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('stops in order at SIGTERM and needs no recovery at the next start', async () => {
    expect(await probe.end()).toBe(0);
    expect(processesNaming(ready.directory)).toEqual([]);
    const log = () => readFileSync(join(ready.directory, 'postgres.log'), 'utf8');
    expect(log()).toMatch(/received fast shutdown request[\s\S]*database system is shut down\n$/);
    probe = Probe.start(caller, { directory: ready.directory });
    expect(await probe.until('ready')).toMatchObject({ ownership: 'started' });
    expect(log()).not.toContain('not properly shut down');
  });
});

describe('A server of this process', () => {
  let server: RunningPostgres;
  const directory = workFolder({ name: 'us', uid: process.getuid?.() ?? -1, gid: process.getgid?.() ?? -1 });

  beforeAll(async () => {
    server = await startPostgres({ directory, durability: 'none' });
  });
  afterAll(() => server.stop());

  test('makes a database once, however often and by how many it is asked for', async () => {
    const urls = await Promise.all([1, 2, 3].map(() => server.createDatabase('twice "quoted"')));
    expect(new Set(urls).size).toBe(1);
    expect(await server.createDatabase('twice "quoted"')).toBe(urls[0]);
    expect(await ask(urls[0] ?? '', 'select current_database()')).toEqual([{ current_database: 'twice "quoted"' }]);
  });

  test('gives every login role of the roles file a password of its own', async () => {
    const own = String.raw`select rolname from pg_roles where rolname like 'sijill\_%' and rolcanlogin`;
    for (const { rolname } of await ask<{ rolname: string }>(server.adminUrl, own)) {
      const [row] = await ask(server.url(rolname, 'postgres'), 'select current_user');
      expect(row).toEqual({ current_user: rolname });
    }
    expect(() => server.url('sijill_nobody', 'postgres')).toThrow(
      expect.objectContaining({ code: 'postgres.roleUnknown' }),
    );
  });

  test('runs a roles file and keeps the passwords when it runs again', async () => {
    const file = join(directory, 'roles.sql');
    writeFileSync(
      file,
      `do $$ begin if to_regrole('sijill_probe') is null then create role sijill_probe login; end if; end $$;`,
    );
    const passwords = await Passwords.open(join(directory, 'postgres.passwords.json'), true);
    await prepareRoles(server.adminUrl, passwords, file);
    const first = passwords.of('sijill_probe');
    await prepareRoles(server.adminUrl, passwords, file);
    const again = await Passwords.open(join(directory, 'postgres.passwords.json'), true);
    expect(again.of('sijill_probe')).toBe(first);
    // template1: the roles file of the repository closes the others to roles it does not know.
    const url = server.adminUrl.replace(
      /sijill:.*$/,
      `sijill_probe:${first}@${new URL(server.adminUrl).host}/template1`,
    );
    expect(await ask(url, 'select current_user')).toEqual([{ current_user: 'sijill_probe' }]);
  });

  test('trades durability for speed and connections when a test asks for it', async () => {
    const names = ['fsync', 'full_page_writes', 'synchronous_commit', 'max_connections'];
    const values = await Promise.all(names.map((name) => setting(server.adminUrl, name)));
    expect(values).toEqual(['off', 'off', 'off', '200']);
  });

  test('refuses a port that is in use', async () => {
    const other = workFolder({ name: 'us', uid: process.getuid?.() ?? -1, gid: process.getgid?.() ?? -1 });
    const port = Number(new URL(server.adminUrl).port);
    const start = startPostgres({ directory: other, durability: 'none', port });
    await expect(start).rejects.toMatchObject({ code: 'postgres.portTaken' });
  });

  test('stops once, however often it is told to', async () => {
    await Promise.all([server.stop(), server.stop()]);
    await server.stop();
    expect(processesNaming(directory)).toEqual([]);
    await expect(ask(server.adminUrl, 'select')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('is not left running when the start fails after it was ready', async () => {
    writeFileSync(join(directory, 'postgres.passwords.json'), '{ "sijill": "guessed" }');
    await expect(startPostgres({ directory, durability: 'none' })).rejects.toMatchObject({ code: '28P01' });
    expect(processesNaming(directory)).toEqual([]);
  });

  test('is not started when its password file is gone', async () => {
    rmSync(join(directory, 'postgres.passwords.json'));
    const start = startPostgres({ directory, durability: 'none' });
    await expect(start).rejects.toMatchObject({ code: 'postgres.passwordsMissing' });
  });
});
