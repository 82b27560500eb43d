// The worker of the build with a lease of seconds and, where a test asks for it, with a fault built in on purpose:
// FAULTS      token unchecked, position unchecked: checks of the statement that moves a checkpoint are taken out of it
//             skip: what is poison is passed over
//             late copy: the statement arrives a second time, as after a connection that came back
//             half swap: the tables of a rebuild take the place of the live ones in two transactions
// REPLAYS     it works off replays, too, under this name; the statement that swaps tables is preceded and followed by SWAP_PAUSE_MS
// PAGE_DELAY_MS   a page waits so long on its way to the database
// PARTITIONS      16 cuts the projections that workers can share
// DURABILITY      none: over a database that may lose what it has acknowledged
// POISON      "read_model stream": the fold throws at events of that stream
import 'reflect-metadata';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { PostgresEventStore } from '../../dist/libs/event-store/src/index.js';
import { startWhenReachable, UndoList } from '../../dist/libs/kernel/src/index.js';
import { Projector, Replayer, readModels } from '../../dist/libs/read-models/src/index.js';

const {
  DATABASE_URL: connectionString,
  LEASE_MS = '2000',
  FAULTS = '',
  PAGE_DELAY_MS = '0',
  PARTITIONS = '1',
  DURABILITY = 'full',
  POISON = '',
  REPLAYS = '',
  SWAP_PAUSE_MS = '0',
} = process.env;
const faults = new Set(FAULTS.split(',').filter(Boolean));
const say = (line) => process.stdout.write(`${line}\n`);

const REWRITES = {
  'token unchecked': (text) => text.replace(/(?:\bp\.)?token = (\$\d+|m\.token)/g, '($1)::text is not null'),
  'position unchecked': (text) =>
    text.replace(/(where[\s\S]*?)(?:\bp\.)?position = (\$\d+|m\.position)/, '$1($2)::text is not null'),
};
const isMove = (text) => /update\s+projector\.projection/.test(text) && /set\s+position\s*=/.test(text);
const rewritten = (text) => {
  let sent = text;
  for (const [name, rewrite] of Object.entries(REWRITES)) {
    if (!faults.has(name)) continue;
    const next = rewrite(sent);
    if (next === sent) say(`nothing to rewrite: ${name}`);
    sent = next;
  }
  return sent;
};

const isSwap = (text) => /alter schema .+; alter schema /.test(text);
const swap = async (send, text) => {
  const [, away, into] = /^(.*)(alter schema .*)$/.exec(text);
  say('a swap is on its way');
  await pause(Number(SWAP_PAUSE_MS));
  if (faults.has('half swap')) {
    await send(`${away} commit; begin`);
    say('half a swap is there');
    await pause(Number(SWAP_PAUSE_MS));
  }
  const result = await send(faults.has('half swap') ? into : text);
  say('a swap awaits its commit');
  await pause(Number(SWAP_PAUSE_MS));
  return result;
};

const { query } = pg.Client.prototype;
pg.Client.prototype.query = function sabotaged(config, values, callback) {
  const text = typeof config === 'string' ? config : config?.text;
  if (typeof text === 'string' && isSwap(text)) return swap((sql) => query.call(this, sql), text);
  if (typeof text !== 'string' || !isMove(text)) return query.call(this, config, values, callback);
  const given = typeof values === 'function' ? undefined : values;
  // A statement of the projector's own has its parameters beside it. It goes the driver's way here, rewritten.
  const sent = { text: rewritten(text), values: given ?? config.values ?? config.parameters };
  const of = /"p_(\w+)"/.exec(text)?.[1] ?? 'that concerns nobody';
  const run = async () => {
    say(`a page is on its way: ${of}`);
    await pause(Number(PAGE_DELAY_MS));
    const result = await query.call(this, { ...sent });
    if (faults.has('late copy')) await query.call(this, { ...sent });
    say(`a page has arrived: ${of}`);
    return result;
  };
  const done = typeof values === 'function' ? values : callback;
  if (done === undefined) return run();
  run().then((result) => done(undefined, result), done);
  return undefined;
};

const [poisonModel, poisonStream] = POISON.split(' ');
const models = readModels.map((model) =>
  model.name !== poisonModel
    ? model
    : {
        ...model,
        apply: (event, page) => {
          if (event.stream !== poisonStream) model.apply(event, page);
          else if (!faults.has('skip')) throw new Error('poison');
        },
      },
);

await startWhenReachable(
  new UndoList(),
  async () => {
    const store = await PostgresEventStore.open({ connectionString, durability: DURABILITY });
    const projector = new Projector({
      store,
      connectionString,
      models,
      owner: `test-${process.pid}`,
      leaseMs: Number(LEASE_MS),
      isCutting: PARTITIONS === '16',
      onMetric: ({ name, projection, error }) => error !== undefined && say(`${name} ${projection ?? ''} ${error}`),
    });
    await projector.start();
    if (REPLAYS) new Replayer({ store, connectionString, models, owner: REPLAYS }).start();
  },
  { pause, report: say },
);
say('projections run');
