import gossipMessages from '@eventstore/db-client/generated/gossip_pb.js';
import featureMessages from '@eventstore/db-client/generated/serverfeatures_pb.js';
import sharedMessages from '@eventstore/db-client/generated/shared_pb.js';
import statusMessages from '@eventstore/db-client/generated/status_pb.js';
import streamMessages from '@eventstore/db-client/generated/streams_pb.js';
import wellKnown from 'google-protobuf/google/protobuf/any_pb.js';
import type { LogRecord, Proposed } from './event-log.js';

// The generated modules are CommonJS that no lexer sees through: they are imported whole and named here.
export const { ReadReq, ReadResp, AppendReq, AppendResp, BatchAppendReq, BatchAppendResp } = streamMessages;
export const { DeleteReq, DeleteResp, TombstoneReq, TombstoneResp } = streamMessages;
export const { Empty, StreamIdentifier, UUID, AllStreamPosition } = sharedMessages;
export const { ClusterInfo, EndPoint, MemberInfo } = gossipMessages;
export const { SupportedMethod, SupportedMethods } = featureMessages;

type ProposedMessage = InstanceType<typeof BatchAppendReq.ProposedMessage>;
type UnaryMessage = InstanceType<typeof AppendReq.ProposedMessage>;

export const nameOf = (identifier: InstanceType<typeof StreamIdentifier> | undefined): string =>
  Buffer.from(identifier!.getStreamName_asU8()).toString('utf8');

const identifierOf = (stream: string) => {
  const identifier = new StreamIdentifier();
  identifier.setStreamName(Buffer.from(stream, 'utf8'));
  return identifier;
};

export const proposedOf = (message: ProposedMessage | UnaryMessage): Proposed => {
  const map = message.getMetadataMap();
  return {
    id: message.getId()!.getString(),
    type: map.get('type') ?? '',
    contentType: map.get('content-type') ?? '',
    metadata: message.getCustomMetadata_asU8(),
    data: message.getData_asU8(),
  };
};

/** A stored event as every reader gets it: encoded once, kept in the log, sent as it is. */
export const encodedEvent = (record: Omit<LogRecord, 'bytes'>, event: Proposed, createdMs: number): Buffer => {
  const id = new UUID();
  id.setString(event.id);
  const recorded = new ReadResp.ReadEvent.RecordedEvent();
  recorded.setId(id);
  recorded.setStreamIdentifier(identifierOf(record.stream));
  recorded.setStreamRevision(String(record.revision));
  recorded.setCommitPosition(String(record.position));
  recorded.setPreparePosition(String(event.prepare ?? record.position));
  const map = recorded.getMetadataMap();
  map.set('type', event.type).set('content-type', event.contentType).set('created', ticksOf(createdMs));
  recorded.setCustomMetadata(event.metadata);
  recorded.setData(event.data);
  const read = new ReadResp.ReadEvent();
  read.setEvent(recorded);
  read.setCommitPosition(String(record.position));
  const answer = new ReadResp();
  answer.setEvent(read);
  return Buffer.from(answer.serializeBinary());
};

/** What the log needs of an encoded event when it is read back from its file. */
export const decodedEvent = (bytes: Uint8Array): { record: Omit<LogRecord, 'bytes'>; data: Uint8Array } => {
  const recorded = ReadResp.deserializeBinary(bytes).getEvent()!.getEvent()!;
  const record = {
    position: Number(recorded.getCommitPosition()),
    stream: nameOf(recorded.getStreamIdentifier()),
    revision: Number(recorded.getStreamRevision()),
    type: recorded.getMetadataMap().get('type') ?? '',
    id: recorded.getId()!.getString(),
  };
  return { record, data: recorded.getData_asU8() };
};

/** Commit and prepare position are one: as a server has it for everything that is appended over gRPC. */
export const placed = <
  P extends { setCommitPosition(text: string): unknown; setPreparePosition(text: string): unknown },
>(
  place: P,
  position: LogRecord['position'],
): P => {
  place.setCommitPosition(String(position));
  place.setPreparePosition(String(position));
  return place;
};

/** Ticks of 100 ns since 1970: the clock of gossip and of `created`. */
export const ticksOf = (ms: number): string => `${ms}0000`;

export const confirmation = (id: string): Buffer => {
  const said = new ReadResp.SubscriptionConfirmation();
  said.setSubscriptionId(id);
  return encoded((answer) => answer.setConfirmation(said));
};

export const checkpointAt = (position: number): Buffer => {
  const said = placed(new ReadResp.Checkpoint(), position);
  return encoded((answer) => answer.setCheckpoint(said));
};

export const caughtUp = (): Buffer => encoded((answer) => answer.setCaughtUp(new ReadResp.CaughtUp()));

export const streamNotFound = (stream: string): Buffer => {
  const said = new ReadResp.StreamNotFound();
  said.setStreamIdentifier(identifierOf(stream));
  return encoded((answer) => answer.setStreamNotFound(said));
};

const encoded = (fill: (answer: InstanceType<typeof ReadResp>) => unknown): Buffer => {
  const answer = new ReadResp();
  fill(answer);
  return Buffer.from(answer.serializeBinary());
};

/** The success of a batch append, at the place of its last event. */
export const batchSuccess = ({ revision, position }: LogRecord): InstanceType<typeof BatchAppendResp> => {
  const success = new BatchAppendResp.Success();
  success.setCurrentRevision(String(revision));
  success.setPosition(placed(new AllStreamPosition(), position));
  const answer = new BatchAppendResp();
  answer.setSuccess(success);
  return answer;
};

/** The refusal of one append of a batch: a status whose detail names what was wrong. */
export const batchRefusal = (
  stream: string,
  { code, name, detail }: { code: number; name: string; detail: Uint8Array },
): InstanceType<typeof BatchAppendResp> => {
  const details = new wellKnown.Any();
  details.pack(detail, `event_store.client.${name}`);
  const status = new statusMessages.Status();
  status.setCode(code);
  status.setMessage(name);
  status.setDetails(details);
  const answer = new BatchAppendResp();
  answer.setStreamIdentifier(identifierOf(stream));
  answer.setError(status);
  return answer;
};

export const details = sharedMessages;
