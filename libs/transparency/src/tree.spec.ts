import { entryOf } from './entry.js';
import { GrowingTree, leafHash, rootOf } from './tree.js';
import { vectorEvent } from './vectors.contract.js';

const ROOTS: readonly [size: number, root: string][] = [
  [0, '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='],
  [1, 'gHFaDc5KBxZDZkmKBOFYo1T5oI3EqThcIB66aFfNr3U='],
  [2, 'TINhaf8WXPuv3oPY4hqFQ8ae227+bo14K6cxJAu9asE='],
  [3, 'rTACrog5sHeh1JPdnS6+4te2m/hreA7MhZxpWsWHSfI='],
  [5, 'yjbcFfgLQP3SLFdgQWESnp5IwPnq2C541cBC4VJHjzc='],
  [255, '8Hr8NZ0Mc0wmhfjWrO68rIf0ItH03zJKTBO2TIKxbU0='],
  [256, 'Set/AhLEoQNHqK/YCd5jdvrSbNFGcEAG3hqa3NVvQG4='],
  [257, '8zHH2L9UNp4URW4PEQwwmUOHOkU/XM3loJimaitOwe4='],
  [65_537, 'xdGmZSU03D+td9yU0c7fG+mXhode50X2e4q/oP6RXHo='],
];
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

describe('The tree over the entries', () => {
  test('has the roots that two other implementations agreed on', () => {
    const tree = new GrowingTree();
    const seen: [number, string][] = [];
    for (const [size] of ROOTS) {
      for (let nth = Number(tree.size); nth < size; nth++) tree.add(leafHash(entryOf(vectorEvent(nth), BigInt(nth))));
      seen.push([size, base64(tree.root())]);
    }
    expect(seen).toEqual(ROOTS);
  });

  test('grows to what the words of the RFC say, at every size up to 300', () => {
    const leaves = Array.from({ length: 300 }, (_, nth) => leafHash(Uint8Array.of(nth & 255, nth >> 8)));
    const tree = new GrowingTree();
    for (const [nth, leaf] of leaves.entries()) {
      tree.add(leaf);
      expect(base64(tree.root())).toBe(base64(rootOf(leaves.slice(0, nth + 1))));
    }
  });
});
