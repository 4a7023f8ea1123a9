import { builder } from '../../graphql/builder.ts';
import type { ExecutionEventType } from '../../generated/prisma/enums.ts';
import type { StoredEvent } from '../run-events.ts';
import type { EventTypeName } from './execution-event.policy.ts';

/** What a type of event is made with; execution-event.schema.ts gathers the types. */
export const ExecutionEventRef = builder.interfaceRef<StoredEvent>('ExecutionEvent');

const typeNameOf = (type: ExecutionEventType): EventTypeName =>
  type
    .split('_')
    .map((word) => word.charAt(0) + word.slice(1).toLowerCase())
    .join('') as EventTypeName;

export const eventRef = <T extends ExecutionEventType>(type: T) =>
  builder.objectRef<StoredEvent<T>>(typeNameOf(type));
export type EventRef<T extends ExecutionEventType> = ReturnType<ReturnType<typeof eventRef<T>>['implement']>;

/** What every concrete event has in common; the policy names its fields `<type>.<field>`. */
export const eventType = (type: ExecutionEventType, description: string) => ({
  access: { noun: 'ExecutionEvent' as const, as: typeNameOf(type) },
  interfaces: [ExecutionEventRef],
  isTypeOf: (value: unknown) => (value as StoredEvent).type === type,
  description,
});
