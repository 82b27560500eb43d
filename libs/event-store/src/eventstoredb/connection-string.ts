import { refuse } from '../failures.js';

/** Milliseconds between keep-alive pings, as the client recommends. */
const KEEP_ALIVE_MS = 10_000;
const PORT_DEFAULT = 2_113;

const STRING = /^(?:esdb|kurrentdb)(\+discover)?:\/\/(?:([^/?#]*)@)?([^@/?#]+)\/?(?:\?(.*))?$/;
const HOST = /^(\[[0-9A-Fa-f:]+\]|[A-Za-z0-9._-]+)(?::(\d{1,5}))?$/;

/** Where a cluster is and how to speak to it. Holds secrets: never print it, see {@link ClusterAddress.name}. */
export interface ClusterAddress {
  readonly nodes: readonly { readonly address: string; readonly port: number }[];
  /** The first node is asked who the others are. */
  readonly isDiscovered: boolean;
  readonly isSecure: boolean;
  readonly credentials?: { readonly username: string; readonly password: string };
  readonly caFile?: string;
  readonly certificateFile?: string;
  readonly keyFile?: string;
  readonly keepAliveMs: number;
  readonly keepAliveTimeoutMs: number;
  readonly discoveries: number;
  /** Without credentials: for messages and logs. */
  readonly name: string;
}

type Options = {
  isSecure: boolean;
  caFile?: string;
  certificateFile?: string;
  keyFile?: string;
  keepAliveMs: number;
  keepAliveTimeoutMs: number;
  discoveries: number;
};

/**
 * What we take of the documented options, under their names in lower case. The others are refused: the client would print
 * the whole string, password and all, to say that it does not know one, and say nothing when it does not heed one.
 */
const OPTIONS: Readonly<Record<string, (value: string, options: Options) => void>> = {
  tls: (value, options) => {
    options.isSecure = isTrue('tls', value);
  },
  tlsverifycert: (value) => {
    if (!isTrue('tlsVerifyCert', value)) throw unusable('tlsVerifyCert=false is not possible; give tlsCAFile');
  },
  tlscafile: (value, options) => {
    options.caFile = value;
  },
  usercertfile: (value, options) => {
    options.certificateFile = value;
  },
  userkeyfile: (value, options) => {
    options.keyFile = value;
  },
  nodepreference: (value) => {
    if (value.toLowerCase() !== 'leader') throw unusable('nodePreference is leader: a ledger reads what it wrote');
  },
  keepaliveinterval: (value, options) => {
    options.keepAliveMs = wholeNumber('keepAliveInterval', value, KEEP_ALIVE_MS);
  },
  keepalivetimeout: (value, options) => {
    options.keepAliveTimeoutMs = wholeNumber('keepAliveTimeout', value, 1);
  },
  maxdiscoverattempts: (value, options) => {
    options.discoveries = wholeNumber('maxDiscoverAttempts', value, 1);
  },
};

/**
 * Reads `esdb://` and `kurrentdb://`, both with or without `+discover`.
 *
 * @throws Failure `store.unsafe` that names the part, never its value: it may hold a password.
 */
export function parseConnectionString(text: string): ClusterAddress {
  const match = STRING.exec(text.trim());
  if (!match) throw unusable('it is esdb://[user:password@]host[:port][,host…][?option=value&…]');
  const [, discover, login, hosts, query = ''] = match;
  const options: Options = {
    isSecure: true,
    keepAliveMs: KEEP_ALIVE_MS,
    keepAliveTimeoutMs: KEEP_ALIVE_MS,
    discoveries: 3,
  };
  for (const [name, value] of new URLSearchParams(query)) {
    const take = OPTIONS[name.toLowerCase()];
    if (!take) throw unusable(`${/^\w{1,40}$/.test(name) ? name : 'an option'} is not an option`);
    take(value, options);
  }
  if (login !== undefined && !options.isSecure)
    throw unusable('a password needs tls: without it nobody would check it');
  if ((options.certificateFile === undefined) !== (options.keyFile === undefined)) {
    throw unusable('userCertFile and userKeyFile go together');
  }
  const isDiscovered = discover !== undefined;
  const name = `esdb${discover ?? ''}://${hosts}`;
  const credentials = login === undefined ? {} : { credentials: credentialsOf(login) };
  return { ...options, ...credentials, nodes: (hosts as string).split(',').map(nodeOf), isDiscovered, name };
}

function credentialsOf(login: string): { username: string; password: string } {
  const colon = login.indexOf(':');
  if (colon < 1) throw unusable('credentials are user:password');
  try {
    return {
      username: decodeURIComponent(login.slice(0, colon)),
      password: decodeURIComponent(login.slice(colon + 1)),
    };
  } catch {
    throw unusable('credentials are percent-encoded');
  }
}

function nodeOf(host: string): { address: string; port: number } {
  const match = HOST.exec(host.trim());
  const port = Number(match?.[2] ?? PORT_DEFAULT);
  if (!match || port < 1 || port > 65_535) throw unusable('a host is name[:port]');
  return { address: match[1] as string, port };
}

function isTrue(name: string, value: string): boolean {
  if (value !== 'true' && value !== 'false') throw unusable(`${name} is true or false`);
  return value === 'true';
}

function wholeNumber(name: string, value: string, least: number): number {
  if (!/^\d{1,9}$/.test(value) || Number(value) < least) throw unusable(`${name} is a whole number from ${least}`);
  return Number(value);
}

const unusable = (needed: string) =>
  refuse('store.unsafe', { params: { setting: 'connection string', value: 'not usable', needed } });
