import { join } from 'node:path';
import { parse } from 'yaml';
import { ROOT, sourceOf } from './repository.js';

export const COMPOSE = join(ROOT, 'docker/compose.yaml');

/** Values for the variables of docker/settings/secrets.example. */
export const SECRETS = {
  POSTGRES_PASSWORD: 'administrators',
  SIJILL_API_PASSWORD: 'apis',
  SIJILL_WORKER_PASSWORD: 'workers',
  SIJILL_OIDC_ISSUER: 'https://issuer.example',
  SIJILL_PUBLIC_URL: '',
  KURRENTDB_ADMIN_PASSWORD: 'admins',
  KURRENTDB_OPS_PASSWORD: 'operators',
};

export type Variables = Readonly<Record<string, string>>;

/**
 * Variables in a text as the Compose specification has them: `${NAME}`, `${NAME:-default}`, `${NAME:?message}`.
 *
 * @throws Error with the message of a variable that must be set and is not.
 */
export const interpolated = (text: string, variables: Variables): string =>
  text.replaceAll(/\$\{([A-Z_]+)(?::([-?])([^}]*))?\}/g, (_, name: string, kind: string | undefined, rest: string) => {
    const value = variables[name];
    if (value) return value;
    if (kind === '?') throw new Error(`${name}: ${rest}`);
    return kind === '-' ? rest : '';
  });

/** A file of settings: `NAME=value` lines, interpolated with what was set before. */
export const settingsOf = (path: string, before: Variables = {}): Variables => {
  const settings: Record<string, string> = { ...before };
  for (const line of sourceOf(path).split('\n')) {
    const [, name, value] = /^([A-Z_]+)=(.*)$/.exec(line) ?? [];
    if (name !== undefined) settings[name] = interpolated(value!, settings);
  }
  return settings;
};

export interface Service {
  readonly image?: string;
  readonly user?: string;
  readonly command?: readonly string[];
  readonly environment?: Variables;
  readonly profiles?: readonly string[];
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
  readonly networks?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string; readonly required?: boolean }>>;
  readonly healthcheck?: { readonly test?: readonly string[]; readonly disable?: boolean };
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly cap_add?: readonly string[];
  readonly security_opt?: readonly string[];
}

export interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
  readonly networks: Readonly<Record<string, unknown>>;
}

/** Every text of a document with its variables: what a variable holds stays a text. */
const resolved = (value: unknown, variables: Variables): unknown => {
  if (typeof value === 'string') return interpolated(value, variables);
  if (Array.isArray(value)) return value.map((item) => resolved(item, variables));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, resolved(item, variables)]));
};

/** docker/compose.yaml as it starts under these variables: the services without a profile, and those of COMPOSE_PROFILES. */
export const composeOf = (variables: Variables): Compose => {
  const whole = resolved(parse(sourceOf('docker/compose.yaml'), { merge: true }), variables) as Compose;
  const profiles = (variables.COMPOSE_PROFILES ?? '').split(',');
  const isOn = ({ profiles: own }: Service) => own === undefined || own.some((profile) => profiles.includes(profile));
  return { ...whole, services: Object.fromEntries(Object.entries(whole.services).filter(([, one]) => isOn(one))) };
};

export interface Instruction {
  readonly keyword: string;
  readonly text: string;
  readonly flags: Variables;
  readonly words: readonly string[];
}

/** Instructions of a Dockerfile, continued lines joined, comments left out. */
export const instructionsOf = (dockerfile: string): readonly Instruction[] =>
  dockerfile
    .replaceAll(/^\s*#.*\n/gm, '')
    .replaceAll(/\\\n/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [, keyword, text] = /^(\w+)\s+(.*)$/.exec(line.trim()) ?? ['', line, ''];
      const flags = Object.fromEntries(
        [...text!.matchAll(/--([\w-]+)=(\S+)/g)].map(([, name, value]) => [name!, value!]),
      );
      const words = text!.split(/\s+/).filter((word) => !word.startsWith('--'));
      return { keyword: keyword!, text: text!, flags, words };
    });

/** The instructions since the last FROM: what the image that runs is made of. */
export const lastStage = (instructions: readonly Instruction[]): readonly Instruction[] =>
  instructions.slice(instructions.findLastIndex(({ keyword }) => keyword === 'FROM'));

/** An instruction in the form `["node", "file.js"]`; undefined when it is in the form of a shell. */
export const argumentsOf = (text: string): readonly string[] | undefined => {
  const list = /\[.*\]$/.exec(text)?.[0];
  try {
    return list === undefined ? undefined : (JSON.parse(list) as string[]);
  } catch {
    return undefined;
  }
};
