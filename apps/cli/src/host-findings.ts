import { statfsSync, statSync } from 'node:fs';
import type { Finding } from './journal-findings.js';

const NODE_MAJOR_MIN = 20;
const FREE_SHARE_MIN = 0.15;

/** What the doctor reads of the machine. */
export interface Host {
  readonly nodeVersion: string;
  readonly dataDirectory: string;
  /** Undefined: there is none. */
  readonly folder: { readonly ownerUid: number; readonly freeBytes: number; readonly totalBytes: number } | undefined;
  /** Undefined: a system without owners of files. */
  readonly ownUid: number | undefined;
}

export const lookAtHost = (dataDirectory: string): Host => {
  const found = statSync(dataDirectory, { throwIfNoEntry: false });
  const host = { nodeVersion: process.versions.node, dataDirectory, ownUid: process.getuid?.() };
  if (!found) return { ...host, folder: undefined };
  const { bavail, blocks, bsize } = statfsSync(dataDirectory);
  return { ...host, folder: { ownerUid: found.uid, freeBytes: bavail * bsize, totalBytes: blocks * bsize } };
};

/** Node, the data directory and its disk. */
export const hostFindings = ({ nodeVersion, dataDirectory, folder, ownUid }: Host): readonly Finding[] => {
  const node: Finding = {
    subject: 'Node',
    isGood: Number(nodeVersion.split('.')[0]) >= NODE_MAJOR_MIN,
    detail: nodeVersion,
    remedy: `install Node ${NODE_MAJOR_MIN} or newer`,
  };
  if (!folder) {
    const detail = `${dataDirectory} is not there`;
    return [node, { subject: 'data directory', isGood: false, detail, remedy: 'npm start, or set SIJILL_DATA_DIR' }];
  }
  const isOwn = ownUid === undefined || folder.ownerUid === ownUid;
  const freeShare = folder.freeBytes / folder.totalBytes;
  return [
    node,
    {
      subject: 'data directory',
      isGood: isOwn,
      detail: `${dataDirectory}${isOwn ? '' : ` belongs to uid ${folder.ownerUid}`}`,
      remedy: 'run as its owner, or set SIJILL_DATA_DIR',
    },
    {
      subject: 'disk',
      isGood: freeShare >= FREE_SHARE_MIN,
      detail: `${Math.round(folder.freeBytes / 1024 ** 3)} GiB free, ${Math.round(100 * freeShare)} %`,
      remedy: 'free space, or move the data directory (SIJILL_DATA_DIR)',
    },
  ];
};
