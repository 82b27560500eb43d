import { createHash } from 'node:crypto';

const LANES = 1024;

/**
 * LtHash16 (Bellare and Micciancio 1997; Lewi, Kim, Maykov and Weis 2019): the hash of a collection whatever its order. Each
 * member is stretched to 1,024 numbers of 16 bits, and they are added up, each by itself. A plain sum or an exclusive or of
 * short hashes could be made to collide; this one holds against it with 200 bits. What a journal tells is told once, by
 * stream and revision: members that come 65,536 times would cancel out, so that their number is hashed as well.
 */
export class MultisetHash {
  private readonly sums = new Uint16Array(LANES);
  private members = 0n;

  add(member: Uint8Array): void {
    const stretched = createHash('shake256', { outputLength: LANES * 2 })
      .update(member)
      .digest();
    this.members++;
    for (let lane = 0; lane < LANES; lane++) this.sums[lane] += stretched.readUInt16LE(lane * 2);
  }

  digest(): Buffer {
    const bytes = Buffer.alloc(LANES * 2 + 8);
    for (const [lane, sum] of this.sums.entries()) bytes.writeUInt16LE(sum, lane * 2);
    bytes.writeBigUInt64LE(this.members, LANES * 2);
    return createHash('sha256').update(bytes).digest();
  }
}
