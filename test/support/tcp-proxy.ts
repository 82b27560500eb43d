import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** How bytes travel: late, or in pieces. */
export interface Pace {
  readonly delayMs?: number;
  /** Bytes of a packet. */
  readonly pieceBytes?: number;
}

interface Line {
  readonly client: Socket;
  readonly server: Socket;
  /** What a client of PostgreSQL calls itself in its first packet. */
  name: string;
  /** Open on both sides, and nothing ever arrives. */
  isDead: boolean;
}

/** A wire between a client and a server that tests can freeze, slow, cut, or make lose what comes back. Loopback only. */
export class TcpProxy {
  /** While set, bytes travel like this. */
  pace: Pace | undefined;
  private readonly lines = new Set<Line>();
  private readonly answered = new Map<string, number>();
  private losing: { bytesLeft: number; readonly name: string | undefined } | undefined;
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
    return this.through(this.target.href);
  }

  /** Another connection string of the same server, through the proxy. */
  through(connectionString: string): string {
    const url = new URL(connectionString);
    url.hostname = '127.0.0.1';
    url.port = String((this.listener.address() as AddressInfo).port);
    return url.href;
  }

  /** Bytes that have come back on lines of this name. */
  bytesAnswered(name: string): number {
    return this.answered.get(name) ?? 0;
  }

  /** Whether an answer that was to be lost has been lost. */
  get hasLost(): boolean {
    return this.losing === undefined;
  }

  /** Nothing passes in either direction; connections stay open. */
  freeze(): void {
    this.isFrozen = true;
    for (const { client, server } of this.lines) for (const socket of [client, server]) socket.pause();
  }

  thaw(): void {
    this.isFrozen = false;
    for (const { client, server, isDead } of this.lines)
      if (!isDead) for (const socket of [client, server]) socket.resume();
  }

  /** Whoever has a connection keeps it and never hears of it again; new ones work. */
  deaden(): void {
    for (const line of this.lines) {
      line.isDead = true;
      line.client.pause();
      line.server.pause();
    }
  }

  /** What the client sends arrives; the first answer to it breaks the connection instead of being passed on. */
  loseNextAnswer(): void {
    this.loseAnswerAfter(0);
  }

  /** The next answer, on a line of this name, breaks off after so many bytes, and the connection with it. */
  loseAnswerAfter(bytes: number, name?: string): void {
    this.losing = { bytesLeft: bytes, name };
  }

  /** Breaks every connection. */
  cut(): void {
    for (const line of [...this.lines]) this.end(line);
  }

  /** Breaks every connection with a reset instead of an end. */
  reset(): void {
    for (const line of [...this.lines]) {
      this.lines.delete(line);
      line.client.resetAndDestroy();
      line.server.resetAndDestroy();
    }
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
    const line: Line = { client, server, name: '', isDead: false };
    this.lines.add(line);
    client.once('data', (bytes) => {
      line.name = /application_name\0([^\0]*)\0/.exec(bytes.toString('latin1'))?.[1] ?? '';
    });
    client.on('data', (bytes) => this.carry(line, client, server, bytes));
    server.on('data', (bytes) => this.answer(line, bytes));
    for (const socket of [client, server]) {
      socket.setNoDelay(true);
      socket.on('error', () => this.end(line)); // the other side learns of it by the end of its own connection
      socket.on('close', () => this.end(line));
      if (this.isFrozen) socket.pause();
    }
  }

  private answer(line: Line, bytes: Buffer): void {
    this.answered.set(line.name, this.bytesAnswered(line.name) + bytes.length);
    const { losing } = this;
    if (losing && (losing.name === undefined || losing.name === line.name)) {
      if (bytes.length >= losing.bytesLeft) {
        this.losing = undefined;
        this.lines.delete(line);
        line.client.end(bytes.subarray(0, losing.bytesLeft));
        line.server.destroy();
        return;
      }
      losing.bytesLeft -= bytes.length;
    }
    this.carry(line, line.server, line.client, bytes);
  }

  private carry(line: Line, from: Socket, to: Socket, bytes: Buffer): void {
    if (this.pace) void this.carrySlowly(line, { from, to, bytes }, this.pace);
    else to.write(bytes);
  }

  /** The sender is not read meanwhile, so that order stays and nothing heaps up here. */
  private async carrySlowly(
    line: Line,
    { from, to, bytes }: { readonly from: Socket; readonly to: Socket; readonly bytes: Buffer },
    { delayMs = 0, pieceBytes = bytes.length }: Pace,
  ): Promise<void> {
    from.pause();
    if (delayMs > 0) await pause(delayMs);
    for (let at = 0; at < bytes.length && !to.destroyed; at += pieceBytes) {
      await new Promise<void>((resolve) => to.write(bytes.subarray(at, at + pieceBytes), () => resolve()));
    }
    if (!this.isFrozen && !line.isDead) from.resume();
  }

  private end(line: Line): void {
    this.lines.delete(line);
    line.client.destroy();
    line.server.destroy();
  }
}
