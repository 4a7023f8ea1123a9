import type { InputFieldBuilder, InputFieldMap, InputShapeFromFields, ObjectRef } from '@pothos/core';
import type { RootAccess } from './authorization.ts';
import { builder, type BuilderTypes } from './builder.ts';
import type { GraphQLContext } from './context.ts';
import { capitalized, type ErrorClass, resultOf } from './errors.ts';

/** What the fields of an input are made with. */
export type InputFields = InputFieldBuilder<BuilderTypes, 'InputObject'>;

interface Mutation<Payload, Fields extends InputFieldMap> {
  type: ObjectRef<BuilderTypes, Payload>;
  access: RootAccess;
  description: string;
  errors: ErrorClass[];
  /** Description of the argument `input`. */
  input: string;
  /** Description of the type `<Mutation>Input`, where that is another. */
  inputType?: string;
  fields: (t: InputFields) => Fields;
  resolve: (
    input: InputShapeFromFields<Fields>,
    ctx: GraphQLContext,
  ) => NoInfer<Payload> | Promise<NoInfer<Payload>>;
}

/** A mutation: its `<Mutation>Input`, its `<Mutation>Result` and its field. */
export function defineMutation<Payload extends object, Fields extends InputFieldMap>(
  name: string,
  { type, access, description, errors, input, inputType, fields, resolve }: Mutation<Payload, Fields>,
): void {
  const Input = builder.inputType(`${capitalized(name)}Input`, { description: inputType ?? input, fields });
  builder.mutationField(name, (t) =>
    t.field({
      type,
      access,
      description,
      errors: resultOf(name, ...errors),
      args: { input: t.arg({ type: Input, required: true, description: input }) },
      // The compiler cannot follow fields that it does not know.
      resolve: (_root, args, ctx) => resolve((args as { input: unknown }).input as never, ctx) as never,
    }),
  );
}
