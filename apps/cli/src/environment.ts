import { resolve } from 'node:path';
import { readPublicUrl } from '../../api/src/public-url.js';

/** The environment of the public contract, read in one place. */
export interface Environment {
  readonly host: string;
  readonly port: number;
  readonly dataDirectory: string;
  readonly databaseUrl: string | undefined;
  /** As it is written: whoever opens the store reads it. May hold a password. */
  readonly eventStore: string | undefined;
  readonly oidc: { readonly issuer: string; readonly audience: string; readonly jwks?: string } | undefined;
  readonly url: string;
  readonly tokenFile: string | undefined;
  readonly publicUrl: string | undefined;
}

/** Name of the ledger's database in the embedded PostgreSQL. */
export const DATABASE = 'sijill';
const PORT_DEFAULT = 8080;
const AUDIENCE_DEFAULT = 'sijill';

const jwksOf = ({ SIJILL_OIDC_JWKS: jwks }: NodeJS.ProcessEnv): { readonly jwks?: string } => (jwks ? { jwks } : {});

const urlOf = (text: string): string => {
  if (/^https?:\/\//.test(text) && URL.canParse(text)) return text;
  throw new Error(`SIJILL_URL is "${text}": an address like http://127.0.0.1:${PORT_DEFAULT}`);
};

/** @throws Error naming the variable, what it holds and what it may hold. */
export const readEnvironment = (variables: NodeJS.ProcessEnv = process.env): Environment => {
  const port = variables.PORT ? Number(variables.PORT) : PORT_DEFAULT;
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(`PORT is "${variables.PORT}": 0 to 65535`);
  const host = variables.HOST ?? '127.0.0.1';
  const issuer = variables.SIJILL_OIDC_ISSUER;
  return {
    host,
    port,
    dataDirectory: resolve(variables.SIJILL_DATA_DIR ?? '.sijill'),
    databaseUrl: variables.DATABASE_URL || undefined,
    eventStore: variables.SIJILL_EVENT_STORE || undefined,
    oidc: issuer
      ? { issuer, audience: variables.SIJILL_OIDC_AUDIENCE ?? AUDIENCE_DEFAULT, ...jwksOf(variables) }
      : undefined,
    url: urlOf(variables.SIJILL_URL || `http://127.0.0.1:${port || PORT_DEFAULT}`),
    tokenFile: variables.SIJILL_TOKEN_FILE,
    publicUrl: readPublicUrl(variables.SIJILL_PUBLIC_URL),
  };
};
