import { builder } from './builder.ts';

/** Costs are counted in whole micro-dollars and shown as exact decimals. */
export const MoneyRef = builder.objectRef<{ micros: bigint }>('Money').implement({
  access: 'carried',
  description: 'An amount of money.',
  fields: (t) => ({
    amount: t.field({
      type: 'Decimal',
      nullable: false,
      description: 'The amount, such as "0.0421".',
      resolve: ({ micros }) => decimalOf(micros),
    }),
    currency: t.string({ nullable: false, description: 'ISO 4217 code.', resolve: () => 'USD' }),
  }),
});

function decimalOf(micros: bigint): string {
  const fraction = (micros % 1_000_000n).toString().padStart(6, '0').replace(/0+$/, '');
  return `${micros / 1_000_000n}${fraction ? `.${fraction}` : ''}`;
}
