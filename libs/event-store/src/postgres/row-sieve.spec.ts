import { PassThrough } from 'node:stream';
import { RowSieve } from './row-sieve.js';

const message = (letter: string, body: Buffer): Buffer => {
  const header = Buffer.from([letter.charCodeAt(0), 0, 0, 0, 0]);
  header.writeInt32BE(4 + body.length, 1);
  return Buffer.concat([header, body]);
};
/** One column of so many bytes, all of them `byte`. */
const row = (byte: number, length: number): Buffer => {
  const head = Buffer.from([0, 1, 0, 0, 0, 0]);
  head.writeInt32BE(length, 2);
  return message('D', Buffer.concat([head, Buffer.alloc(length, byte)]));
};
const described = message('T', Buffer.from('columns'));
const complete = message('C', Buffer.from('SELECT 3\0'));
const ready = message('Z', Buffer.from('I'));
const after = message('S', Buffer.from('TimeZone\0UTC\0'));
const ROWS = [
  [1, 0],
  [2, 3],
  [3, 40],
] as const;
const answer = Buffer.concat([described, ...ROWS.map(([byte, length]) => row(byte, length)), complete, ready, after]);

/** What becomes of an answer that comes in these pieces. */
const sieve = (pieces: readonly Buffer[]) => {
  const socket = new PassThrough();
  const handedOn: Buffer[] = [];
  const driver = (piece: Buffer) => void handedOn.push(piece);
  socket.on('data', driver);
  const rows: { row: Buffer; at: number }[] = [];
  new RowSieve(socket, (bytes, at) => rows.push({ row: bytes, at }));
  const failures: Error[] = [];
  socket.on('error', (error) => failures.push(error));
  for (const piece of pieces) socket.emit('data', piece);
  const taken = rows.map(({ row: bytes, at }) => [bytes[at + 4], bytes.readInt32BE(at)]);
  return { socket, driver, taken, handedOn: Buffer.concat(handedOn), failures };
};

const inPieces = (bytes: Buffer, size: number): Buffer[] =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, nth) => bytes.subarray(nth * size, (nth + 1) * size));

describe('Rows before the driver', () => {
  test('are taken, and everything else handed on in order, wherever the answer is cut', () => {
    for (let size = 1; size <= answer.length; size++) {
      const { taken, handedOn } = sieve(inPieces(answer, size));
      expect(taken.map(([, length]) => length)).toEqual([0, 3, 40]);
      expect(taken.slice(1).map(([byte]) => byte)).toEqual([2, 3]);
      expect(handedOn).toEqual(Buffer.concat([described, complete, ready, after]));
    }
  });

  test('belong to the driver again once the server is ready for the next question', () => {
    const { socket, driver } = sieve([answer]);
    expect(socket.listeners('data')).toEqual([driver]);
  });

  test('of an answer that cannot be understood end the connection', () => {
    const { socket } = sieve([Buffer.from([0x44, 0, 0, 0, 3, 0, 0])]);
    expect(socket.destroyed).toBe(true);
    expect(socket.errored).toEqual(new RangeError('a message of 3 bytes'));
  });
});
