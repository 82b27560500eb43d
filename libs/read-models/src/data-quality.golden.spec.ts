import { MemoryEventStore } from '#event-store';
import { withPublicData } from '../../../test/support/public-data.js';
import { ukServices } from '../../../test/support/published-totals.js';
import { foldAll, post, readJournal } from '../../../test/support/read-models.js';
import { DataQualityDay, dataQuality } from './data-quality.js';
import type { ReadEvent } from './read-model.js';

/** kpis.md, section 5: computed from the published file by the rules themselves. */
withPublicData(['uk-services.csv'], ([path = '']) => {
  describe('Published totals that contradict each other', () => {
    let events: readonly ReadEvent[];
    const found = (rule: string, isAsked: (data: ReadEvent['data']) => boolean) => {
      const asked = events.filter(({ category, data }) => category === 'aggregate' && isAsked(data));
      const cells = foldAll(dataQuality, asked)
        .cubeRows(DataQualityDay)
        .filter((row) => row.rule === rule);
      const sum = (measure: string) => cells.reduce((total, row) => total + BigInt(row[measure] ?? 0), 0n);
      return [sum('checked'), sum('findings')];
    };

    beforeAll(async () => {
      const store = new MemoryEventStore(() => 1_735_689_600_000_000n); // 2025-01-01T00:00Z
      await post(store, ukServices(path).facts);
      events = await readJournal(store);
    }, 120_000);

    test('a rolling year equals its four quarters in 9,291 of 9,575 cells of volume and 6,684 of 6,761 of digital volume', () => {
      expect(found('roll_up_mismatch', ({ measure }) => measure === 'volume')).toEqual([9575n, 9575n - 9291n]);
      expect(found('roll_up_mismatch', ({ measure }) => measure === 'volume_digital')).toEqual([6761n, 6761n - 6684n]);
    });

    test('digital volume exceeds the total in 22 quarters and 6 rolling years', () => {
      expect(found('digital_exceeds_total', ({ freq }) => freq === 'Q')[1]).toBe(22n);
      expect(found('digital_exceeds_total', ({ freq }) => freq === 'R')[1]).toBe(6n);
    });
  });
});
