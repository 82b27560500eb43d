// The process of the stand-in: `node main.js LOG SETTINGS PORTS`, commands and answers over the channel of its parent.
import { randomUUID } from 'node:crypto';
import { EventLog, type Proposed } from './event-log.js';
import { Node } from './node.js';
import type { Command, Injected, Report, ServerState, Settings } from './settings.js';

/** Below the ports that systems give to outgoing connections: a server that comes back finds its port free. */
const PORT_FIRST = 15_000;
const PORT_LAST = 31_999;

const [path, settingsText, portsText] = process.argv.slice(2) as [string, string, string];
const settings = JSON.parse(settingsText) as Settings;
const ports = JSON.parse(portsText) as number[];
const log = new EventLog(path);
const state: ServerState = {
  settings,
  log,
  ports,
  leader: 0,
  down: new Set(),
  clockStepMs: 0,
  answersToLose: 0,
  appendsToLose: 0,
  isSendingGarbage: false,
  isDyingAfterAppend: false,
  isMute: false,
  calls: 0,
  openCalls: new Set(),
};
const nodes = ports.map((_, index) => new Node(state, index));
const report = (said: Report): void => void process.send?.(said);

/** A server has written of itself before anybody writes to it. */
if (log.records.length === 0) {
  log.append('$$$stats', [proposed({ type: '$metadata', data: '{"$maxAge":2592000}' })], Date.now());
}

function proposed({ type, id, contentType, data, metadata, prepare }: Injected): Proposed {
  return {
    id: id ?? randomUUID(),
    type,
    contentType: contentType ?? 'application/json',
    data: Buffer.from(data ?? '{}'),
    metadata: Buffer.from(metadata ?? ''),
    ...(prepare === undefined ? {} : { prepare }),
  };
}

/** Does what a test asks for. Positions leave as decimal text. */
function obey(command: Command): unknown {
  switch (command.do) {
    case 'openCalls':
      return [...state.openCalls];
    case 'connections':
      return nodes.reduce((sum, node) => sum + node.connections, 0);
    case 'dropConnections':
      for (const node of nodes) node.dropConnections();
      return undefined;
    case 'elect':
      state.leader = command.node;
      return undefined;
    case 'takeDown':
      state.down.add(command.node);
      return nodes[command.node]!.close();
    case 'bringUp':
      state.down.delete(command.node);
      return nodes[command.node]!.listen(ports[command.node]!);
    case 'stepClock':
      state.clockStepMs += command.ms;
      return undefined;
    case 'loseAnswers':
      state.answersToLose = command.count;
      return undefined;
    case 'loseAppends':
      state.appendsToLose = command.count;
      return undefined;
    case 'sendGarbage':
      state.isSendingGarbage = true;
      return undefined;
    case 'dieAfterAppend':
      state.isDyingAfterAppend = true;
      return undefined;
    case 'mute':
      state.isMute = command.isMute;
      return undefined;
    case 'inject':
      return String(log.append(command.stream, command.events.map(proposed), Date.now(), command.revision).position);
    case 'remove':
      log.remove(Number(command.position));
      return undefined;
  }
}

process.on('message', async ({ id, command }: { id: number; command: Command }) => {
  try {
    report({ is: 'answer', id, value: await obey(command) });
  } catch (error) {
    report({ is: 'failed', id, message: String(error) });
  }
});
// Without its parent nobody would ever end it.
process.on('disconnect', () => process.exit(0));

async function listen(node: Node, port: number): Promise<number> {
  const wanted = port || PORT_FIRST + Math.floor(Math.random() * (PORT_LAST - PORT_FIRST + 1));
  try {
    await node.listen(wanted);
    return wanted;
  } catch (error) {
    if (port || (error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    return listen(node, 0);
  }
}

for (const [index, node] of nodes.entries()) ports[index] = await listen(node, ports[index]!);
report({ is: 'ready', ports });
