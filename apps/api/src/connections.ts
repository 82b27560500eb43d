import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

const SWEEP_MILLISECONDS = 50;

/**
 * Open connections and whether each is answering. Node's own notion of idle leaves out a connection that has never sent a request, as
 * browsers open them ahead: such a one would hold a stopping server until its timeout.
 */
export class Connections {
  private readonly answering = new Map<Socket, number>();

  constructor(server: Server) {
    server.on('connection', (socket: Socket) => {
      this.answering.set(socket, 0);
      socket.once('close', () => this.answering.delete(socket));
    });
    server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
      this.count(socket, 1);
      response.once('close', () => this.count(socket, -1));
    });
  }

  /** Runs `close` and meanwhile ends every connection that is not answering, now or as soon as it has answered. */
  async endIdleDuring(close: () => Promise<void>): Promise<void> {
    const sweep = setInterval(() => this.endIdle(), SWEEP_MILLISECONDS);
    try {
      await close();
    } finally {
      clearInterval(sweep);
    }
  }

  private endIdle(): void {
    for (const [socket, requests] of this.answering) if (requests === 0) socket.destroySoon();
  }

  private count(socket: Socket, change: 1 | -1): void {
    const requests = this.answering.get(socket);
    if (requests !== undefined) this.answering.set(socket, requests + change);
  }
}
