import type { OperationVariables, TypedDocumentNode } from '@apollo/client';
import { data, redirect, type ActionFunctionArgs } from '@remix-run/node';
import { editOf, shownIn, type ShownValues } from '#app/lib/edit.server.ts';
import { failureOf, type Failure } from '#app/lib/failure.ts';
import { openApi } from './open-api.server.ts';

type Results = Record<string, { __typename: string } | null>;
/** What a mutation answers when nothing was refused. */
type Payload<TData> = Exclude<NonNullable<TData[keyof TData]>, { code: string }>;

interface Submission<TData extends Results, TVariables extends OperationVariables, TSent> {
  /** One mutation with one root field. */
  document: TypedDocumentNode<TData, TVariables>;
  variables: TVariables;
  /** What a refused form shows again; no secrets. */
  sent: TSent;
  /** Where the visitor goes when it was done. */
  goTo: (payload: Payload<TData>) => string;
  /** Of an edit, what the form was filled with: it stays the measure of what was changed. */
  shown?: ShownValues;
}

const refuse = <TSent>(status: number, refusal: { failure: Failure; sent: TSent; shown?: ShownValues }) =>
  data(refusal, { status });

/** The action of a form: sends its mutation, then leads on, or comes back with why not. */
export async function submit<TData extends Results, TVariables extends OperationVariables, TSent>(
  args: ActionFunctionArgs,
  { document, variables, sent, goTo, shown }: Submission<TData, TVariables, TSent>,
) {
  const { data: results, fault } = await openApi(args).mutate(document, variables);
  const [result] = Object.values(results ?? {});
  const failure = fault ?? failureOf(result);
  if (failure) return refuse(fault ? 503 : 400, { failure, sent, shown });
  return redirect(goTo(result as Payload<TData>));
}

interface EditSubmission<TData extends Results, TVariables extends OperationVariables, TValues, TSent> {
  document: TypedDocumentNode<TData, TVariables>;
  /** Of the fields that were changed. */
  variables: (changes: Partial<TValues>) => TVariables;
  /** What the form holds, and what it held when it was opened. */
  values: TValues;
  shown: ShownValues;
  /** The row as it is now, in the fields of the form. */
  now: object;
  sent: TSent;
  /** What is edited, such as "agent". */
  noun: string;
  /** Where the visitor goes when it was done, or when there was nothing to do. */
  goTo: string;
}

/**
 * The action of a form that edits: sends what the visitor changed and nothing else, so that it undoes no change of
 * somebody else. Where both changed the same field it comes back and says so; sent once more, it replaces.
 */
export async function submitEdit<
  TData extends Results,
  TVariables extends OperationVariables,
  TValues extends object,
  TSent,
>(args: ActionFunctionArgs, edit: EditSubmission<TData, TVariables, TValues, TSent>) {
  const { document, variables, values, shown, now, sent, noun, goTo } = edit;
  const { changes, contested } = editOf({ shown, sent: values, now });
  if (contested.length > 0) {
    const known = shownIn(now);
    const message = 'Somebody else has changed this meanwhile. Save again to replace it by what is here.';
    return refuse(409, {
      failure: {
        code: 'CONFLICT',
        message: `Somebody else has changed this ${noun} meanwhile.`,
        fields: Object.fromEntries(contested.map((name) => [name, message])),
      },
      sent,
      shown: { ...shown, ...Object.fromEntries(contested.map((name) => [name, known[name] ?? ''])) },
    });
  }
  if (Object.keys(changes).length === 0) return redirect(goTo);
  return submit(args, { document, variables: variables(changes), sent, shown, goTo: () => goTo });
}
