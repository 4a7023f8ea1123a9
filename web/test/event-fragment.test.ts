// @vitest-environment node
import { readFileSync } from 'node:fs';
import { buildSchema, type FragmentDefinitionNode, type GraphQLInterfaceType, Kind, parse } from 'graphql';
import { expect, it } from 'vitest';

const FRAGMENT = 'execution-event.fragment.graphql';
const schema = buildSchema(readFileSync(new URL('../../schema.graphql', import.meta.url), 'utf8'));
const [fragment] = parse(
  readFileSync(new URL(`../app/modules/executions/${FRAGMENT}`, import.meta.url), 'utf8'),
).definitions as FragmentDefinitionNode[];
const eventInterface = schema.getType('ExecutionEvent') as GraphQLInterfaceType;

/** Fields that the timeline does not show, each with why. */
const UNSHOWN: Record<string, string[]> = {
  // An approval stands beside its call, which comes just before it.
  ApprovalRequested: ['callId'],
  // A question is read as it was asked; its form is made where it is answered.
  InputRequested: ['callId', 'schema'],
};

/** The fields that the fragment selects of an event type beside those of every event. */
function selectedOf(type: string, { selectionSet }: FragmentDefinitionNode): string[] {
  return selectionSet.selections.flatMap((selection) =>
    selection.kind === Kind.INLINE_FRAGMENT && selection.typeCondition?.name.value === type
      ? selection.selectionSet.selections.map((field) => (field.kind === Kind.FIELD ? field.name.value : '…'))
      : [],
  );
}

/** What the fragment has forgotten, in sentences. */
const faultsOf = (looked: FragmentDefinitionNode): string[] =>
  schema.getPossibleTypes(eventInterface).flatMap((type) => {
    const common = eventInterface.getFields();
    const own = Object.keys(type.getFields()).filter((field) => !(field in common));
    const wanted = own.filter((field) => !UNSHOWN[type.name]?.includes(field));
    const selected = selectedOf(type.name, looked);
    const missing = wanted.filter((field) => !selected.includes(field));
    return missing.length === 0
      ? []
      : [`${FRAGMENT} does not select ${missing.join(', ')}: write them in "... on ${type.name} { … }".`];
  });

it('[WEB-2] the dashboard selects what every type of event tells', () => {
  expect(faultsOf(fragment!)).toEqual([]);
});

it('names a type of event that the fragment has forgotten', () => {
  const { selections } = fragment!.selectionSet;
  const kept = selections.filter(
    (one) => one.kind !== Kind.INLINE_FRAGMENT || one.typeCondition?.name.value !== 'ArtifactAdded',
  );
  expect(kept).toHaveLength(selections.length - 1);
  const forgetful = { ...fragment!, selectionSet: { ...fragment!.selectionSet, selections: kept } };
  expect(faultsOf(forgetful)).toEqual([
    `${FRAGMENT} does not select artifactId, mimeType, name, sizeBytes: write them in "... on ArtifactAdded { … }".`,
  ]);
});

it('leaves nothing out that it selects', () => {
  for (const [type, fields] of Object.entries(UNSHOWN))
    expect(fields.filter((field) => selectedOf(type, fragment!).includes(field))).toEqual([]);
});
