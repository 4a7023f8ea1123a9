import { builder } from '../../graphql/builder.ts';
import type { Quota } from '../../graphql/context.ts';

const RateLimitRef = builder.objectRef<Quota>('RateLimit').implement({
  access: 'carried',
  description: 'What is left of your requests in this minute. The headers `ratelimit-…` say the same.',
  fields: (t) => ({
    limit: t.exposeInt('limit', { nullable: false, description: 'Points that you have in a minute.' }),
    remaining: t.exposeInt('remaining', {
      nullable: false,
      description: 'Points that are left, after this operation.',
    }),
    resetAt: t.expose('resetAt', {
      type: 'DateTime',
      nullable: false,
      description: 'When the minute is over and all points are there again.',
    }),
    cost: t.exposeInt('cost', {
      nullable: false,
      description: 'Points that this operation cost: one, and one more for each thousand of its complexity.',
    }),
  }),
});

builder.queryField('rateLimit', (t) =>
  t.field({
    type: RateLimitRef,
    access: 'anyone',
    description:
      'What is left of your requests: of a member by user, of a stranger by address. Null where nothing is counted.',
    resolve: (_root, _args, ctx) => ctx.rate.quota,
  }),
);
