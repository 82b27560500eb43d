import { startApiProcess } from '../harness/child.js';
import { callAll, measure } from '../measure.js';
import type { Options } from '../options.js';
import { Raw } from '../raw.js';
import { caseOf, expectEqual, type Findings, roundLine, summaryIn } from '../report.js';
import type { BenchServer } from '../server.js';
import { filledLedger, yearsOf } from '../size/filled-ledger.js';
import { type Ask, askApi, askDatabase, askQuery, openSource } from './ask.js';
import { type Question, questionsAbout } from './questions.js';

const BUSIEST = `select service from p_channel_volume.channel_volume_day group by service order by sum(received) desc, service limit 1`;
const HTTP = 'HTTP';

/** What people ask of the data sets, beside the bare sums of the same cells. */
export async function benchQuery(
  server: BenchServer,
  { rounds, seconds, events }: Options,
  findings: Findings,
  say: (line: string) => void,
): Promise<void> {
  const { ledger } = await filledLedger(server, events, say);
  const { service } = await ledger.admin.row<{ service: string }>(BUSIEST);
  findings.unit = 'answers';
  findings.notes.push(
    `${events.toLocaleString('en')} simulated events of ${yearsOf(events)} years, one question at a time; p50 and p99 are of an answer`,
    'the limit sums the same columns of the same cells in one prepared statement; an answer also follows mergers, computes coverage and KPIs, and is one snapshot',
    'HTTP: client is the api and the one who asks, together',
  );
  const api = await startApiProcess(server, ledger);
  const raw = new Raw(ledger.adminUrl, 1, ['jit=off']);
  const source = await openSource(ledger);
  const instruments = { admin: ledger.admin, postmaster: server.postmaster };
  const questions = questionsAbout(service);
  for (let round = 1; round <= rounds; round++) {
    for (const question of questions) {
      const ways: readonly (readonly [string, Ask | undefined, number?])[] = [
        ['bare SELECT', await askDatabase(raw, question)],
        ['query', askQuery(source, question)],
        [HTTP, askApi(api, question), api.pid],
      ];
      const rows: number[] = [];
      for (const [way, ask, pid] of ways) {
        if (ask === undefined) continue;
        rows.push(await ask());
        const call = () => ask().then(() => 1);
        const looks = { ...instruments, ...(pid !== undefined && { ledger: pid }) };
        const measured = await measure(looks, () => callAll(1, seconds, call));
        const name = `${question.name}: ${way}`;
        const limit = question.limit && way !== 'bare SELECT' ? `${question.name}: bare SELECT` : undefined;
        caseOf(findings, name, limit).rounds.push(measured);
        say(roundLine(round, name, measured, findings.unit));
      }
      const label = `round ${round}, ${question.name}: rows, ${rows.length} ways to ask`;
      expectEqual(findings, label, [rows[0]! > 0, new Set(rows).size], [true, 1]);
    }
  }
  await Promise.all([api.stop(), raw.close(), source.destroy()]);
  findings.figures.push({ name: 'slowest p99 of a question', value: slowest(findings, questions), unit: 'ms' });
}

/** Over HTTP, of the questions that somebody waits for. */
const slowest = (findings: Findings, questions: readonly Question[]): number =>
  Math.max(
    ...questions.flatMap(({ name, isFile }) => {
      const asked = findings.cases.find((one) => one.name === `${name}: ${HTTP}`);
      return asked === undefined || isFile ? [] : (summaryIn(findings, asked).p99Ms ?? []);
    }),
  );
