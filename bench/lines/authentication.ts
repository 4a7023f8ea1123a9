import { graphqlRequest, httpContestant } from '../harness/http.ts';
import { type Line, STUDIO } from '../harness/line.ts';
import { median } from '../harness/statistics.ts';

/** Of both in a round: the difference is small beside what the machine does meanwhile. */
const TURNS = 7;

/** T12: the smallest operation, by somebody and by nobody. */
export const authentication: Line = {
  ids: ['T12'],
  title: 'Authentication: { __typename } with a token and without one',
  metrics: [
    { name: 'anonymous', title: 'nobody: Node CPU ms', digits: 3 },
    { name: 'member', title: 'a member: Node CPU ms', digits: 3 },
    { name: 'overhead', title: 'difference ms', digits: 3 },
  ],
  judgements: [
    {
      id: 'T12',
      says: 'CPU of a request for knowing who asks, ms',
      metric: 'overhead',
      to: null,
      better: 'less',
      floor: 0.5,
      target: 0.1,
      moonshot: 0.05,
    },
  ],
  async open(bench) {
    const studio = await bench.studio();
    const tenant = await bench.tenant('runs', {
      agents: 20,
      tasks: 5,
      executions: 1_000,
      eventsPerExecution: 6,
    });
    const load = await bench.start('programs/http-load');
    const as = (signIn: () => Promise<string | undefined>) =>
      httpContestant(bench, {
        kind: 'studio',
        name: STUDIO,
        load,
        servers: [studio.api],
        request: async () =>
          graphqlRequest(
            { port: studio.port, path: '/graphql', token: await signIn() },
            'query Bench_Least { __typename }',
            {},
          ),
      });
    const nobody = as(async () => undefined);
    const member = as(() => studio.signIn(tenant));
    return [
      {
        kind: 'studio',
        name: STUDIO,
        profiled: [studio.api],
        async measure() {
          const costs = { nobody: [] as number[], member: [] as number[] };
          for (let turn = 0; turn < TURNS; turn += 1) {
            costs.nobody.push((await nobody.measure())['cpu']!);
            costs.member.push((await member.measure())['cpu']!);
          }
          // Turn by turn: a machine that grows busier takes both of a turn along.
          const differences = costs.member.map((cost, turn) => cost - costs.nobody[turn]!);
          return {
            anonymous: median(costs.nobody),
            member: median(costs.member),
            overhead: median(differences),
          };
        },
      },
    ];
  },
};
