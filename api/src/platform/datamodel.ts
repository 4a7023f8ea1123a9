import { getDatamodel } from '../generated/pothos.ts';

/** The models of prisma/schema.prisma, their columns and their relations. */
export interface ModelField {
  name: string;
  /** A scalar of Prisma, an enum, or the model that a relation leads to. */
  type: string;
  kind: 'scalar' | 'enum' | 'object' | 'unsupported';
  isList: boolean;
  relationName?: string;
  /** Columns of this model that point at the other. */
  relationFromFields?: readonly string[];
}

const models = new Map(
  Object.entries(getDatamodel().datamodel.models).map(([model, { fields }]) => [
    model,
    new Map((fields as unknown as ModelField[]).map((field) => [field.name, field])),
  ]),
);

export const findModelField = (model: string, name: string): ModelField | undefined =>
  models.get(model)?.get(name);

export const listModelFields = (model: string): ModelField[] => [...(models.get(model)?.values() ?? [])];
