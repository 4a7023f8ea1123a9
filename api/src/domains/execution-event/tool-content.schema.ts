import { builder } from '../../graphql/builder.ts';
import type { EventPayloads } from '../run-events.ts';

type ToolContent = NonNullable<EventPayloads['TOOL_CALL_UPDATED']['content']>[number];
type PartOf<T extends ToolContent['type']> = Extract<ToolContent, { type: T }>;

const TYPE_NAMES = {
  text: 'ToolText',
  structured: 'ToolStructured',
  media: 'ToolMedia',
  resource: 'ToolResource',
  link: 'ToolLink',
} as const satisfies Record<ToolContent['type'], string>;

export const ToolContentRef = builder.interfaceRef<ToolContent>('ToolContent').implement({
  description: 'A part of what a tool answered. What is binary or large is told by its size.',
  resolveType: ({ type }) => TYPE_NAMES[type],
  fields: (t) => ({
    mimeType: t.string({
      nullable: true,
      description: 'What it is, such as image/png; null when the server does not tell.',
      resolve: (part) => ('mimeType' in part ? part.mimeType : null),
    }),
    sizeBytes: t.exposeInt('sizeBytes', {
      nullable: true,
      description: 'How large it is, in bytes; null for a link to something of unknown size.',
    }),
  }),
});

const partRef = <T extends ToolContent['type']>(type: T) => builder.objectRef<PartOf<T>>(TYPE_NAMES[type]);
const part = (description: string) => ({
  access: 'carried' as const,
  interfaces: [ToolContentRef],
  description,
});

partRef('text').implement({
  ...part('What the tool says in words.'),
  fields: (t) => ({
    text: t.exposeString('text', {
      nullable: true,
      description: 'The text; null when it is too large to be shown beside `result`, which has it.',
    }),
  }),
});

partRef('structured').implement({
  ...part('Data of the shape that the tool has declared.'),
  fields: (t) => ({
    value: t.expose('value', {
      type: 'JSON',
      nullable: true,
      description: 'The data; its shape is the output schema of the tool. Null when it is too large.',
    }),
  }),
});

partRef('media').implement({
  ...part('An image or a sound.'),
  fields: (t) => ({
    artifactId: t.id({
      nullable: true,
      description: 'Global id of the artifact that holds it; null while it is not kept.',
      resolve: () => null,
    }),
  }),
});

partRef('resource').implement({
  ...part('A resource of the server, with its content.'),
  fields: (t) => ({
    uri: t.exposeString('uri', { nullable: false, description: 'By what the server knows it.' }),
    text: t.exposeString('text', {
      nullable: true,
      description: 'What it says; null when it is binary or too large.',
    }),
  }),
});

partRef('link').implement({
  ...part('A resource of the server that was not sent along.'),
  fields: (t) => ({
    uri: t.exposeString('uri', { nullable: false, description: 'By what the server knows it.' }),
    name: t.exposeString('name', { nullable: false, description: 'Its name, for people.' }),
  }),
});
