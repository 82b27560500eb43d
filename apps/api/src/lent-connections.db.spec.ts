import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { DataSource } from 'typeorm';
import { LENT_CONNECTIONS } from './lent-connections.js';

const message = (letter: string, body: Buffer): Buffer => {
  const head = Buffer.from(`${letter}\0\0\0\0`, 'latin1');
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
};
const AUTHENTICATED = message('R', Buffer.alloc(4));
const READY = message('Z', Buffer.from('I'));
const GIVEN_UP = message(
  'E',
  Buffer.from('SFATAL\0C57P01\0Mterminating connection due to unexpected postmaster exit\0\0'),
);

describe('A connection that is lent to TypeORM', () => {
  let server: Server;
  let sockets: Socket[];

  beforeEach(async () => {
    sockets = [];
    // A server that dies while a client is too busy to read: all that it has said comes in one piece.
    server = createServer((socket) => {
      sockets.push(socket);
      socket.on('error', () => undefined); // the client goes as it likes
      socket.once('data', () => socket.write(Buffer.concat([AUTHENTICATED, READY, GIVEN_UP])));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });

  afterEach(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });

  test('may be given up by the server in the moment it is ready: the question fails, not the process', async () => {
    const { port } = server.address() as AddressInfo;
    const source = new DataSource({
      type: 'postgres',
      url: `postgres://nobody@127.0.0.1:${port}/nothing`,
      extra: LENT_CONNECTIONS,
    });
    await expect(source.initialize()).rejects.toThrow(/connection|queryable|terminat/i);
    expect(sockets.length).toBeGreaterThan(0);
  }, 20_000);
});
