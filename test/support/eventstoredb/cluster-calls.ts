import { GossipService } from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import { ServerFeaturesService } from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import { StreamsService } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { ClusterInfo, EndPoint, MemberInfo, SupportedMethod, SupportedMethods, ticksOf, UUID } from './messages.js';
import { HOST, nowMs, type ServerState } from './settings.js';

/** Every node with its state, and the clock of the server in ticks. */
export function members(state: ServerState): InstanceType<typeof ClusterInfo> {
  const info = new ClusterInfo();
  for (const [node, port] of state.ports.entries()) {
    const endPoint = new EndPoint();
    endPoint.setAddress(HOST);
    endPoint.setPort(port);
    const id = new UUID();
    id.setString(`00000000-0000-4000-8000-${String(node).padStart(12, '0')}`);
    const member = new MemberInfo();
    member.setInstanceId(id);
    member.setTimeStamp(ticksOf(nowMs(state)));
    member.setState(node === state.leader ? MemberInfo.VNodeState.LEADER : MemberInfo.VNodeState.FOLLOWER);
    member.setIsAlive(!state.down.has(node));
    member.setHttpEndPoint(endPoint);
    info.addMembers(member);
  }
  return info;
}

/** Version and methods: what a client goes by when it chooses between batch and unary append. */
export function features({ settings }: ServerState): InstanceType<typeof SupportedMethods> {
  const supported = new SupportedMethods();
  supported.setEventStoreServerVersion(settings.version);
  for (const { path } of [StreamsService, GossipService, ServerFeaturesService].flatMap((one) => Object.values(one))) {
    if (path === StreamsService.batchAppend.path && !settings.hasBatchAppend) continue;
    const [, service, name] = path.split('/') as [string, string, string];
    const method = new SupportedMethod();
    method.setServiceName(service.toLowerCase());
    method.setMethodName(name.toLowerCase());
    supported.addMethods(method);
  }
  return supported;
}
