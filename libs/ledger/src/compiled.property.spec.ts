import { faultsOfData } from './acceptance.js';
import { drawnFrom, mutated, randomOf } from './drawn.contract.js';
import { schemaOfClass } from './schemas.js';
import { dataClasses } from './streams.js';
import { checkOf } from './vocabulary/compiled.js';

const SEED = Number(process.env.TEST_SEED ?? 20261122);
const INPUTS = 100_000;
/** Of a hundred inputs so many are left as they were drawn: valid ones. */
const VALID_PER_CENT = 10;

/** Inputs of every event type on which the compiled check and class-validator differ, until there are enough of them. */
const disagreements = (check: typeof checkOf = checkOf, enough = Number.POSITIVE_INFINITY) => {
  const random = randomOf(SEED);
  const classes = Object.entries(dataClasses);
  const accepted = new Map<string, number>();
  const refused = new Map<string, number>();
  const different: string[] = [];
  for (let nth = 0; nth < INPUTS && different.length < enough; nth++) {
    const [type, dataClass] = classes[nth % classes.length]!;
    const valid = drawnFrom(schemaOfClass(dataClass), random);
    const data = random.upTo(100) < VALID_PER_CENT ? valid : mutated(valid, random);
    const isAccepted = check(dataClass)(data);
    const counts = isAccepted ? accepted : refused;
    counts.set(type, (counts.get(type) ?? 0) + 1);
    if (isAccepted !== (faultsOfData(dataClass, data).length === 0)) different.push(`${type} ${JSON.stringify(data)}`);
  }
  return { different, accepted, refused };
};

describe(`The compiled check, seed ${SEED}`, () => {
  test(`accepts exactly what class-validator accepts, over ${INPUTS} inputs of all types`, () => {
    const { different, accepted, refused } = disagreements();
    expect(different.slice(0, 5)).toEqual([]);
    for (const type of Object.keys(dataClasses)) {
      expect([type, (accepted.get(type) ?? 0) > 50, (refused.get(type) ?? 0) > 50]).toEqual([type, true, true]);
    }
  });

  test('is found out when it forgets one rule: that -0 is no number of anything', () => {
    const lax: typeof checkOf = (type) => (data) => checkOf(type)(JSON.parse(JSON.stringify(data)));
    expect(disagreements(lax, 1).different).toHaveLength(1);
  });
});
