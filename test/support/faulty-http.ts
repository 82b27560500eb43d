import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What happens to a request on its way. `lost`: it arrives, and its answer does not come back whole. */
export type HttpFault = 'none' | 'unavailable' | 'tooMany' | 'badGateway' | 'lost';

const STATUS = { unavailable: 503, tooMany: 429, badGateway: 502 } as const;

/** Something between a client and a server that forwards requests, or does to them what `next` says. Loopback only. */
export class FaultyHttp {
  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async before(target: string, next: () => HttpFault): Promise<FaultyHttp> {
    const server = createServer(async (incoming, outgoing) => {
      const chunks: Buffer[] = [];
      for await (const chunk of incoming) chunks.push(chunk as Buffer);
      const fault = next();
      if (fault !== 'none' && fault !== 'lost') {
        outgoing.writeHead(STATUS[fault], { 'retry-after': '0' }).end('busy');
        return;
      }
      const { method, headers } = incoming;
      const forwarded = request(new URL(incoming.url ?? '/', target), { method, headers, agent: false }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.on('error', () => outgoing.destroy());
        if (fault === 'none') answer.pipe(outgoing);
        else
          answer.once('data', (bytes: Buffer) => {
            outgoing.write(bytes.subarray(0, bytes.length / 2));
            outgoing.destroy();
          });
      });
      forwarded.on('error', () => outgoing.destroy());
      forwarded.end(Buffer.concat(chunks));
    });
    server.on('clientError', (_error, socket) => socket.destroy());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new FaultyHttp(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => void this.server.close(() => resolve()));
  }
}
