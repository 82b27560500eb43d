import { dataSets, type Replay } from '#read-models';

/** How far it is. Where positions have gaps nobody can tell how much is left. */
function progressOf({ state, position, target, rate }: Replay, isDense: boolean): object {
  const done = position === null ? 0n : BigInt(position) + 1n;
  const total = target === null ? null : BigInt(target) + 1n;
  const left = total === null || done > total ? 0n : total - done;
  const isTold = isDense && state === 'running';
  return {
    position,
    eventsDone: isDense ? String(done) : null,
    eventsTotal: isDense && total !== null ? String(total) : null,
    rate: isTold ? rate : null,
    secondsLeft: isTold && rate ? Math.ceil(Number(left) / rate) : null,
  };
}

/** A replay in a list: without the rows that differ. */
export function summaryOf(replay: Replay, isDense: boolean): object {
  const { id, kind, projection, version, request, state, isCancelled, target, rows, hash, report } = replay;
  return {
    id,
    projection,
    version,
    request,
    state: isCancelled ? 'cancelled' : state,
    asOfPosition: target,
    progress: progressOf(replay, isDense),
    rows,
    hash,
    parity: report && { with: report.with, position: report.position, isEqual: report.isEqual },
    failure: replay.failure,
    ...(kind === 'rebuild' && { confirmedBy: replay.confirmedBy }),
    madeAt: replay.madeAt,
    finishedAt: replay.finishedAt,
    expiresAt: replay.expiresAt,
    href: kind === 'asof' ? `/v1/replays/${id}` : `/v1/projections/${projection}/rebuilds/${id}`,
  };
}

/** One replay whole: with the comparison table by table, and where its data sets are read. */
export function replayAnswer(replay: Replay, isDense: boolean): object {
  const { id, kind, projection, state, isCancelled, report } = replay;
  const isReadable = kind === 'asof' && state === 'done' && !isCancelled;
  const read = [...dataSets.values()].filter((dataSet) => dataSet.projection === projection);
  return {
    ...summaryOf(replay, isDense),
    parity: report,
    ...(isReadable && { datasets: read.map(({ description }) => `/v1/datasets/${description.name}?replay=${id}`) }),
  };
}
