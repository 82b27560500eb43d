import { createServer, type Server as Listener, type Socket } from 'node:net';
import { GossipService } from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import { ServerFeaturesService } from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import { StreamsService } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { type Metadata, Server, ServerCredentials, type UntypedHandleCall } from '@grpc/grpc-js';
import { demand, demandLeader, rightsOf } from './admission.js';
import { append, batchAppend } from './append-calls.js';
import { features, members } from './cluster-calls.js';
import { deleteStream, tombstoneStream } from './deletes.js';
import { type ReadCall, read } from './reads.js';
import { HOST, type ServerState, type Settings } from './settings.js';
import { subscribeToAll } from './subscription.js';

/** One node of the cluster: a port of its own over the log of all. */
export class Node {
  private readonly sockets = new Set<Socket>();
  private readonly server: Server;
  private readonly injector: ReturnType<Server['createConnectionInjector']>;
  private listener: Listener | undefined;

  constructor(
    private readonly state: ServerState,
    private readonly index: number,
  ) {
    const { settings } = state;
    this.server = new Server({
      'grpc.max_concurrent_streams': settings.maxConcurrentStreams,
      'grpc.max_receive_message_length': -1,
      'grpc.enable_channelz': 0,
    });
    // Answers of reads are kept encoded: nothing is left to serialise. What a batch append answers may be no message.
    const streams = {
      ...StreamsService,
      read: { ...StreamsService.read, responseSerialize: (bytes: Buffer) => bytes },
      batchAppend: { ...StreamsService.batchAppend, responseSerialize: bytesOf },
    };
    this.server.addService(streams, {
      read: this.handler('read', (call: ReadCall) => this.reads(call)),
      append: this.handler('append', (call, answer) => {
        this.demandAppend(call.metadata);
        demand(state, call.metadata, 'append');
        append(state, call, answer);
      }),
      batchAppend: this.handler('batchAppend', (call) => {
        const admit = () => this.demandAppend(call.metadata);
        admit();
        batchAppend(state, call, admit, rightsOf(state, call.metadata).includes('append'));
      }),
      delete: this.handler('delete', (call, answer) => answer(null, deleteStream(state, call))),
      tombstone: this.handler('tombstone', (call, answer) => answer(null, tombstoneStream(state, call))),
    });
    this.server.addService(GossipService, {
      read: this.handler('gossip', (_, answer) => answer(null, members(state))),
    });
    this.server.addService(ServerFeaturesService, {
      getSupportedMethods: this.handler('features', (_, answer) => answer(null, features(state))),
    });
    this.injector = this.server.createConnectionInjector(credentialsOf(settings));
  }

  async listen(port: number): Promise<void> {
    const listener = createServer((socket) => {
      socket.setNoDelay(true);
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
      this.injector.injectConnection(socket);
    });
    await new Promise<void>((resolve, reject) => {
      listener.once('error', reject);
      listener.listen(port, HOST, resolve);
    });
    this.listener = listener;
  }

  /** Nobody listens any more, and whoever was connected is cut off. */
  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.listener?.close(resolve));
    this.dropConnections();
    await closed;
  }

  get connections(): number {
    return this.sockets.size;
  }

  dropConnections(): void {
    for (const socket of this.sockets) socket.resetAndDestroy();
  }

  private demandAppend(metadata: Metadata): void {
    rightsOf(this.state, metadata);
    demandLeader(this.state, this.index, metadata, true);
  }

  private reads(call: ReadCall): void {
    const options = call.request.getOptions()!;
    demandLeader(this.state, this.index, call.metadata, false);
    demand(this.state, call.metadata, options.hasAll() ? 'all' : 'read');
    if (options.hasSubscription()) subscribeToAll(this.state, call);
    else read(this.state, call);
  }

  /** Counts the call while it is open, and turns what `run` throws into its status. */
  // biome-ignore lint/suspicious/noExplicitAny: the four kinds of calls of one service have no type in common.
  private handler(name: string, run: (call: any, answer: any) => void): UntypedHandleCall {
    // biome-ignore lint/suspicious/noExplicitAny: as above.
    return (call: any, answer: any) => {
      const open = `${name} ${++this.state.calls}`;
      this.state.openCalls.add(open);
      // Comes at the end of every call: when its status is on the wire, or when the stream is gone before.
      call.once('cancelled', () => this.state.openCalls.delete(open));
      try {
        run(call, answer);
      } catch (refusal) {
        if (answer) answer(refusal);
        else call.emit('error', refusal);
      }
    };
  }
}

const bytesOf = (answer: Buffer | { serializeBinary(): Uint8Array }): Buffer =>
  Buffer.isBuffer(answer) ? answer : Buffer.from(answer.serializeBinary());

const credentialsOf = ({ tls }: Settings): ServerCredentials =>
  tls
    ? ServerCredentials.createSsl(null, [
        { private_key: Buffer.from(tls.key), cert_chain: Buffer.from(tls.certificate) },
      ])
    : ServerCredentials.createInsecure();
