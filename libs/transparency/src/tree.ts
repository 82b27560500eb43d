import { createHash } from 'node:crypto';

export type Hash = Uint8Array;

const sha256 = (...parts: readonly Uint8Array[]): Hash => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

// RFC 6962, section 2.1. The first byte keeps a leaf from being passed off as a node.
const LEAF = Uint8Array.of(0x00);
const NODE = Uint8Array.of(0x01);
export const leafHash = (entry: Uint8Array): Hash => sha256(LEAF, entry);
export const nodeHash = (left: Hash, right: Hash): Hash => sha256(NODE, left, right);
export const EMPTY_ROOT: Hash = sha256();

/** Root of a list of leaves by the words of RFC 6962, section 2.1: slow, obvious, what the others are held against. */
export const rootOf = (leaves: readonly Hash[]): Hash => {
  if (leaves.length <= 1) return leaves[0] ?? EMPTY_ROOT;
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return nodeHash(rootOf(leaves.slice(0, split)), rootOf(leaves.slice(split)));
};

/** A tree of which only the right edge is kept: one hash for each bit that is set in its size. */
export class GrowingTree {
  /** Of perfect subtrees, the largest first. */
  private readonly edge: Hash[] = [];
  private leaves = 0n;

  get size(): bigint {
    return this.leaves;
  }

  add(leaf: Hash): void {
    let grown = leaf;
    // As a binary counter that is raised by one: each trailing 1 is a subtree to carry.
    for (let bits = this.leaves; bits & 1n; bits >>= 1n) grown = nodeHash(this.edge.pop() as Hash, grown);
    this.edge.push(grown);
    this.leaves++;
  }

  root(): Hash {
    return (
      this.edge.reduceRight<Hash | undefined>((right, left) => (right ? nodeHash(left, right) : left), undefined) ??
      EMPTY_ROOT
    );
  }
}
