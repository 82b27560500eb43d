import { readFileSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { EventStoreDBClient, type GossipClusterOptions, LEADER } from '@eventstore/db-client';
import { GossipClient } from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import sharedMessages from '@eventstore/db-client/generated/shared_pb.js'; // a module whose names cannot be told before it runs
import { StreamsClient, StreamsService } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type { ReadReq } from '@eventstore/db-client/generated/streams_pb.js';
import { refuse } from '../failures.js';
import type { ClusterAddress } from './connection-string.js';
import { DriverFault } from './driver.js';
import { inTime } from './driver-faults.js';

/** What a client is for. Clients with equal settings share a connection, so each purpose has a setting of its own. */
const PURPOSES = ['append', 'read', 'subscribe'] as const;
export type Purpose = (typeof PURPOSES)[number];

const GOSSIP_SECONDS = 2;
const DISCOVERY_PAUSE_MS = 100;
const DISPOSE_TIMEOUT_MS = 2_000;
const IN_VAIN = 'a client does not end';
/** 100 ns, since 1970 UTC. */
const TICKS_PER_MS = 10_000n;

/** Messages of an answer, as bytes. */
export interface ReadCall extends Readable {
  cancel(): void;
}
/** Messages in both directions, as bytes. */
export type AppendCall = ReadCall & Pick<Writable, 'write'>;

const asBytes = (message: Buffer): Buffer => message;

/**
 * The client of the server's makers, with what its version 6.2.1 lacks. It is told what the connection string says instead of
 * the string: it would print that, password and all, when it is debugged or does not understand it.
 */
export class GuardedClient extends EventStoreDBClient {
  private isDiscarded = false;

  constructor(address: ClusterAddress, purpose: Purpose) {
    const { nodes, isDiscovered, isSecure, caFile, certificateFile, keyFile } = address;
    const place = isDiscovered
      ? { discover: nodes[0] }
      : nodes.length > 1
        ? { endpoints: [...nodes] }
        : { endpoint: nodes[0] };
    const settings = {
      ...place,
      nodePreference: LEADER,
      discoveryInterval: DISCOVERY_PAUSE_MS,
      gossipTimeout: GOSSIP_SECONDS,
      maxDiscoverAttempts: address.discoveries,
      keepAliveInterval: address.keepAliveMs + PURPOSES.indexOf(purpose),
      keepAliveTimeout: address.keepAliveTimeoutMs,
      connectionName: `sijill ${purpose}`,
    };
    const security = {
      insecure: !isSecure,
      ...(caFile && { rootCertificate: fileOf('tlsCAFile', caFile) }),
      ...(certificateFile && { userCertFile: fileOf('userCertFile', certificateFile) }),
      ...(keyFile && { userKeyFile: fileOf('userKeyFile', keyFile) }),
    };
    super(settings as GossipClusterOptions, security, address.credentials);
    // It reconnects in the background, and a second failure meanwhile would end the process as an unhandled rejection.
    const reconnect = this.handleError;
    this.handleError = (client, error) => reconnect(client, error).catch(() => undefined);
  }

  async server(): Promise<{ version: string; timeMs: number | undefined }> {
    const { serverVersion } = await this.capabilities;
    const members = await this.execute(GossipClient, 'gossip', (gossip) => {
      return new Promise<readonly { ticks: string; isAlive: boolean }[]>((resolve, reject) => {
        gossip.read(new sharedMessages.Empty(), (error, info) => {
          if (error) return reject(error);
          resolve(
            info.getMembersList().map((member) => ({ ticks: member.getTimeStamp(), isAlive: member.getIsAlive() })),
          );
        });
      });
    });
    const alive = members.filter(({ isAlive }) => isAlive).map(({ ticks }) => BigInt(ticks) / TICKS_PER_MS);
    const latest = alive.reduce((one, other) => (one > other ? one : other), 0n);
    return { version: serverVersion, timeMs: alive.length === 0 ? undefined : Number(latest) };
  }

  /** Opens a read. The client would decode what is answered; here it is handed on as it comes. */
  read(request: ReadReq): Promise<ReadCall> {
    const { path, requestSerialize } = StreamsService.read;
    return this.GRPCStreamCreator(StreamsClient, 'read', (streams) => {
      return streams.makeServerStreamRequest(path, requestSerialize, asBytes, request, ...this.openArguments());
    })();
  }

  /** Opens the call that carries all appends of a connection. Undefined: the server takes them one a call only. */
  async openAppends(): Promise<AppendCall | undefined> {
    const { batchAppend } = StreamsService;
    if (!(await this.supports(batchAppend))) return undefined;
    return this.GRPCStreamCreator(StreamsClient, 'append', (streams) =>
      streams.makeBidiStreamRequest(batchAppend.path, asBytes, asBytes, ...this.openArguments()),
    )();
  }

  /** Ends all streams, then the connection, which would keep the process alive. Never rejects. */
  async discard(): Promise<void> {
    this.isDiscarded = true;
    await inTime(this.dispose(), DISPOSE_TIMEOUT_MS, IN_VAIN).catch(() => undefined);
    const closed = this.getChannel().then((channel) => channel.close());
    await inTime(closed, DISPOSE_TIMEOUT_MS, IN_VAIN).catch(() => undefined);
  }

  /** For a call without a time limit, to a client that is in use: another one would connect anew. */
  private openArguments(): ReturnType<GuardedClient['callArguments']> {
    if (this.isDiscarded) throw new DriverFault('unreachable', 'the client is closed');
    return this.callArguments({ requiresLeader: true }, { deadline: Number.POSITIVE_INFINITY });
  }
}

function fileOf(setting: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw refuse('store.unsafe', { params: { setting, value: path, needed: 'a file that can be read' }, cause });
  }
}
