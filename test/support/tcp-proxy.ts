import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A wire between a client and a server that tests can freeze, cut, or make lose what comes back. Loopback only. */
export class TcpProxy {
  private readonly pairs = new Set<{ client: Socket; server: Socket }>();
  private losesAnswers = false;
  private isFrozen = false;
  private isRefusing = false;

  private constructor(
    private readonly listener: Server,
    private readonly target: URL,
  ) {}

  /** A proxy in front of the server that `url` names. */
  static async before(url: string): Promise<TcpProxy> {
    const listener = createServer();
    const proxy = new TcpProxy(listener, new URL(url));
    listener.on('connection', (client) => proxy.accept(client));
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  /** The connection string through the proxy. */
  get url(): string {
    const url = new URL(this.target);
    url.hostname = '127.0.0.1';
    url.port = String((this.listener.address() as AddressInfo).port);
    return url.href;
  }

  /** Nothing passes in either direction; connections stay open. */
  freeze(): void {
    this.isFrozen = true;
    for (const { client, server } of this.pairs) for (const socket of [client, server]) socket.pause();
  }

  thaw(): void {
    this.isFrozen = false;
    for (const { client, server } of this.pairs) for (const socket of [client, server]) socket.resume();
  }

  /** What the client sends arrives; the first answer to it breaks the connection instead of being passed on. */
  loseNextAnswer(): void {
    this.losesAnswers = true;
  }

  /** Breaks every connection. */
  cut(): void {
    for (const pair of [...this.pairs]) this.end(pair);
  }

  /** Breaks every connection and takes no new one until `restore`. */
  refuse(): void {
    this.isRefusing = true;
    this.cut();
  }

  restore(): void {
    this.isRefusing = false;
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise<void>((resolve) => this.listener.close(() => resolve()));
  }

  private accept(client: Socket): void {
    if (this.isRefusing) {
      client.destroy();
      return;
    }
    const server = connect(Number(this.target.port || 5432), this.target.hostname);
    const pair = { client, server };
    this.pairs.add(pair);
    client.on('data', (bytes) => server.write(bytes));
    server.on('data', (bytes) => {
      if (!this.losesAnswers) {
        client.write(bytes);
        return;
      }
      this.losesAnswers = false;
      this.end(pair);
    });
    for (const socket of [client, server]) {
      socket.setNoDelay(true);
      socket.on('error', () => this.end(pair)); // the other side learns of it by the end of its own connection
      socket.on('close', () => this.end(pair));
      if (this.isFrozen) socket.pause();
    }
  }

  private end(pair: { client: Socket; server: Socket }): void {
    this.pairs.delete(pair);
    pair.client.destroy();
    pair.server.destroy();
  }
}
