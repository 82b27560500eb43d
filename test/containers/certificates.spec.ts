import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, createServer, type TLSSocket } from 'node:tls';
import { certificatesMissing, makeClusterCertificates } from '../support/cluster-certificates.js';

const NODES = ['kurrentdb-1', 'kurrentdb-2', 'kurrentdb-3'];

const declare = () => {
  const directory = mkdtempSync(join(tmpdir(), 'sijill-certificates-'));
  const make = (...names: readonly string[]) => makeClusterCertificates(directory, names);
  const read = (path: string) => readFileSync(join(directory, path));
  beforeAll(() => make(...NODES));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  test('are signed by the authority, for the name of the node, with one common name', () => {
    const ca = new X509Certificate(read('trust/ca.crt'));
    expect(ca.ca).toBe(true);
    for (const node of NODES) {
      const certificate = new X509Certificate(read(`nodes/${node}/node.crt`));
      expect(certificate.verify(ca.publicKey)).toBe(true);
      expect(certificate.checkIssued(ca)).toBe(true);
      expect(certificate.ca).toBe(false);
      expect(certificate.checkHost(node)).toBe(node);
      expect(certificate.checkHost('localhost')).toBe('localhost');
      expect(certificate.checkHost(NODES.find((other) => other !== node)!)).toBeUndefined();
      expect(certificate.subject).toContain('CN=eventstoredb-node');
      expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2']); // server and client
    }
  });

  test('one node serves TLS that a client with the authority trusts, and one without it does not', async () => {
    const server = createServer(
      { key: read('nodes/kurrentdb-1/node.key'), cert: read('nodes/kurrentdb-1/node.crt') },
      (socket) => socket.end(),
    );
    server.on('tlsClientError', () => {});
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const shake = async (more: object): Promise<string> => {
      const socket: TLSSocket = connect({ port, host: '127.0.0.1', servername: 'kurrentdb-1', ...more });
      try {
        await once(socket, 'secureConnect');
        return 'trusted';
      } catch (error) {
        return (error as NodeJS.ErrnoException).code ?? '';
      } finally {
        socket.destroy();
      }
    };
    expect(await shake({ ca: read('trust/ca.crt') })).toBe('trusted');
    expect(await shake({})).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
    expect(await shake({ ca: read('trust/ca.crt'), servername: 'kurrentdb-2' })).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
    await new Promise((resolve) => server.close(resolve));
  });

  test('a second run adds a node and leaves the others as they are', () => {
    const before = NODES.map((node) => read(`nodes/${node}/node.crt`).toString());
    const ca = read('trust/ca.crt').toString();
    make(...NODES, 'kurrentdb-4');
    expect(NODES.map((node) => read(`nodes/${node}/node.crt`).toString())).toEqual(before);
    expect(read('trust/ca.crt').toString()).toBe(ca);
    expect(new X509Certificate(read('nodes/kurrentdb-4/node.crt')).verify(new X509Certificate(ca).publicKey)).toBe(
      true,
    );
  });
};

describe('The certificates of a cluster', () => {
  if (certificatesMissing === undefined) return declare();
  console.warn(certificatesMissing);
  return test(certificatesMissing, () => undefined);
});
