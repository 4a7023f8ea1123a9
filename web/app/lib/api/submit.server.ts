import type { OperationVariables, TypedDocumentNode } from '@apollo/client';
import { data, redirect, type ActionFunctionArgs } from '@remix-run/node';
import { failureOf } from '#app/lib/failure.ts';
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
}

/** The action of a form: sends its mutation, then leads on, or comes back with why not. */
export async function submit<TData extends Results, TVariables extends OperationVariables, TSent>(
  args: ActionFunctionArgs,
  { document, variables, sent, goTo }: Submission<TData, TVariables, TSent>,
) {
  const { data: results, fault } = await openApi(args).mutate(document, variables);
  const [result] = Object.values(results ?? {});
  const failure = fault ?? failureOf(result);
  if (failure) return data({ failure, sent }, { status: fault ? 503 : 400 });
  return redirect(goTo(result as Payload<TData>));
}
