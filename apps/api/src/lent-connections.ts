import type { EventEmitter } from 'node:events';

/**
 * For the pool under a DataSource. Until TypeORM listens to a connection that it was lent, nobody does; a server that gives
 * it up with the same packet by which it was ready would end the process. Whoever asks over it next is told.
 */
export const LENT_CONNECTIONS = {
  onConnect: (connection: EventEmitter): void => void connection.on('error', () => undefined),
};
