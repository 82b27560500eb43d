import { Inject, type Type } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { EventStore } from '#event-store';
import { type Answer, execute, type Provenance, type Stream, type Submitted, streams } from '#ledger';
import { EVENT_STORE } from '../tokens.js';

/** The door to one stream category: a checked fact with what was looked up for it, and who said it. */
export class StreamCommand extends Command<Answer> {
  constructor(
    readonly submitted: Submitted,
    readonly provenance: Provenance,
    /** A dry run's own copy of the journal; undefined: the journal. */
    readonly rehearsal?: EventStore,
  ) {
    super();
  }
}

/** `paper` → a command class `RecordPaper`. */
const commandOf = ({ category }: Stream): Type<StreamCommand> => {
  const type = class extends StreamCommand {};
  Object.defineProperty(type, 'name', { value: `Record${category.charAt(0).toUpperCase()}${category.slice(1)}` });
  return type;
};

/** The one handler of a command: the decider of its stream, behind the one funnel. */
export function records(type: Type<StreamCommand>, stream: Stream): Type<ICommandHandler<StreamCommand>> {
  @CommandHandler(type)
  class Handler implements ICommandHandler<StreamCommand> {
    constructor(@Inject(EVENT_STORE) private readonly store: EventStore) {}

    execute({ submitted, provenance, rehearsal }: StreamCommand): Promise<Answer> {
      return execute(rehearsal ?? this.store, stream, submitted, provenance);
    }
  }
  Object.defineProperty(Handler, 'name', { value: `${type.name}Handler` });
  return Handler;
}

/** Stream category → command. One each: a second handler for a command would silently replace the first. */
export const commands: ReadonlyMap<string, Type<StreamCommand>> = new Map(
  streams.map((stream) => [stream.category, commandOf(stream)]),
);

export const recordHandlers = streams.map((stream) =>
  records(commands.get(stream.category) as Type<StreamCommand>, stream),
);
