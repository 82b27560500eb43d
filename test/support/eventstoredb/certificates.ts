import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

/** A certificate authority made for one test, and a server certificate of it. PEM. */
export interface Certificates {
  readonly ca: string;
  readonly key: string;
  readonly certificate: string;
}

const VALID_MS = 24 * 3_600_000;

// DER (X.690): tag, length, contents. Tags of RFC 5280.
const INTEGER = 0x02;
const BIT_STRING = 0x03;
const OCTET_STRING = 0x04;
const OBJECT_ID = 0x06;
const UTF8_STRING = 0x0c;
const UTC_TIME = 0x17;
const SEQUENCE = 0x30;
const SET = 0x31;
const EXPLICIT = 0xa0;

const der = (tag: number, ...contents: readonly Uint8Array[]): Buffer => {
  const body = Buffer.concat(contents);
  if (body.length < 0x80) return Buffer.concat([Buffer.of(tag, body.length), body]);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(body.length);
  return Buffer.concat([Buffer.of(tag, 0x82), length, body]);
};
const hex = (digits: string): Buffer => Buffer.from(digits, 'hex');

const ECDSA_WITH_SHA256 = der(SEQUENCE, der(OBJECT_ID, hex('2a8648ce3d040302')));
const COMMON_NAME = der(OBJECT_ID, hex('550403'));
const BASIC_CONSTRAINTS_CA = der(
  SEQUENCE,
  der(OBJECT_ID, hex('551d13')),
  hex('0101ff'), // critical
  der(OCTET_STRING, der(SEQUENCE, hex('0101ff'))),
);

const nameOf = (text: string): Buffer =>
  der(SEQUENCE, der(SET, der(SEQUENCE, COMMON_NAME, der(UTF8_STRING, Buffer.from(text)))));
const timeOf = (ms: number): Buffer =>
  der(UTC_TIME, Buffer.from(`${new Date(ms).toISOString().replace(/[-:T]/g, '').slice(2, 14)}Z`));
/** Subject alternative name: the address the server is reached at (RFC 5280, section 4.2.1.6). */
const alternativeName = (ipAddress: string): Buffer => {
  const address = Buffer.concat([Buffer.of(0x87, 4), Buffer.from(ipAddress.split('.').map(Number))]);
  return der(SEQUENCE, der(OBJECT_ID, hex('551d11')), der(OCTET_STRING, der(SEQUENCE, address)));
};

interface Wanted {
  readonly subject: string;
  readonly issuer: string;
  readonly publicKey: KeyObject;
  readonly signedWith: KeyObject;
  readonly extension: Buffer;
}

/** RFC 5280, section 4.1. */
function certificate({ subject, issuer, publicKey, signedWith, extension }: Wanted): string {
  const now = Date.now();
  const body = der(
    SEQUENCE,
    der(EXPLICIT, der(INTEGER, Buffer.of(2))),
    der(INTEGER, Buffer.of(1), randomBytes(8)),
    ECDSA_WITH_SHA256,
    nameOf(issuer),
    der(SEQUENCE, timeOf(now - VALID_MS), timeOf(now + VALID_MS)),
    nameOf(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(EXPLICIT + 3, der(SEQUENCE, extension)),
  );
  const signature = der(BIT_STRING, Buffer.of(0), sign('sha256', body, signedWith));
  const lines = der(SEQUENCE, body, ECDSA_WITH_SHA256, signature).toString('base64').replace(/.{64}/g, '$&\n');
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}

/** Made at run time, for a day: no key is kept in the repository. */
export function makeCertificates(ipAddress: string): Certificates {
  const authority = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const server = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const issuer = 'Stand-in CA';
  return {
    ca: certificate({
      subject: issuer,
      issuer,
      publicKey: authority.publicKey,
      signedWith: authority.privateKey,
      extension: BASIC_CONSTRAINTS_CA,
    }),
    key: server.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    certificate: certificate({
      subject: 'stand-in',
      issuer,
      publicKey: server.publicKey,
      signedWith: authority.privateKey,
      extension: alternativeName(ipAddress),
    }),
  };
}
