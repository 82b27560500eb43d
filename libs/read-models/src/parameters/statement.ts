import pg from 'pg';

/** A named statement; it is prepared once a connection. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/** As text, or as bytes of its binary form. */
export type Parameter = string | number | null | Buffer;

/**
 * Runs a statement in a transaction of its own, or in the one that the client is in. Its parameters go to the socket as they are, where the
 * driver would put all of them into one message first, and copy that message each time it has to grow. Whoever changes their bytes
 * before the server has answered changes what is sent.
 *
 * @throws What the driver throws. The bytes may still be on their way then.
 */
export const run = (
  client: pg.Pool | pg.ClientBase,
  statement: Statement,
  parameters: readonly Parameter[],
): Promise<pg.QueryResult> =>
  new Promise((done, fail) => {
    const answered = (error: Error | undefined, result: pg.QueryResult) => (error ? fail(error) : done(result));
    (client as Asked).query(new Bound(statement, parameters), answered);
  });

/** What pool and client have in common beside what their types say. */
interface Asked {
  query(query: pg.Submittable, answered: (error: Error | undefined, result: pg.QueryResult) => void): void;
}

/** The driver's own statement but for how it is sent. */
class Bound extends pg.Query {
  constructor(
    private readonly statement: Statement,
    private readonly parameters: readonly Parameter[],
  ) {
    super(statement);
  }

  override submit = (connection: pg.Connection): void => {
    const { stream, parsedStatements } = connection as pg.Connection & Prepared;
    if (!stream.writable) return; // what ended it fails the statement as well
    const { name, text } = this.statement;
    stream.cork();
    if (parsedStatements[name] === undefined) connection.parse({ name, text, types: [] }, true);
    for (const piece of bindMessage(name, this.parameters)) stream.write(piece);
    connection.describe({ type: 'P', name: '' }, true);
    connection.execute(null, true);
    connection.sync();
    stream.uncork();
  };
}

/** Statements that a connection has prepared: the driver notes them when the server has. */
interface Prepared {
  readonly parsedStatements: Readonly<Record<string, string>>;
}

const BIND = 'B'.charCodeAt(0);
const NULL_BYTES = -1;
/** Beyond this length a parameter is a piece of its own: a short one is copied sooner than it is handed on. */
const COPIED_BYTES_MAX = 4_096;

/** Bind in the protocol of PostgreSQL 3.0, with the portal without a name; what comes back is text. */
const bindMessage = (name: string, parameters: readonly Parameter[]): readonly Buffer[] => {
  const values = parameters.map((value) =>
    value === null || Buffer.isBuffer(value) ? value : Buffer.from(`${value}`),
  );
  const headBytes = 1 + 4 + 1 + Buffer.byteLength(name) + 1 + 2 + 2 * values.length + 2;
  const isCopied = (value: Buffer | null): value is Buffer => value !== null && value.length <= COPIED_BYTES_MAX;
  const copiedBytes = values.reduce((sum, value) => sum + 4 + (isCopied(value) ? value.length : 0), headBytes) + 2;
  const out = Buffer.allocUnsafe(copiedBytes);
  let at = 5;
  out[at++] = 0;
  at += out.write(`${name}\0`, at);
  at = out.writeInt16BE(values.length, at);
  for (const value of parameters) at = out.writeInt16BE(Buffer.isBuffer(value) ? 1 : 0, at);
  at = out.writeInt16BE(values.length, at);
  const pieces: Buffer[] = [];
  let from = 0;
  for (const value of values) {
    at = out.writeInt32BE(value?.length ?? NULL_BYTES, at);
    if (isCopied(value)) at += value.copy(out, at);
    else if (value !== null) {
      pieces.push(out.subarray(from, at), value);
      from = at;
    }
  }
  at = out.writeInt16BE(0, at);
  pieces.push(out.subarray(from, at));
  out[0] = BIND;
  out.writeInt32BE(
    pieces.reduce((sum, { length }) => sum + length, -1),
    1,
  );
  return pieces;
};
