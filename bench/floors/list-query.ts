/** The floor of the list query: two prepared statements on a pool, stitched by hand, on node:http. No GraphQL, no rights. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import pg from 'pg';
import { announce } from '../harness/calls.ts';
import { required } from '../harness/required.ts';
import { AT_WORK, globalId, type ListVariables, statusOf } from '../list-query/document.ts';

const organizationId = required('ORGANIZATION_ID');
const pool = new pg.Pool({ connectionString: required('DATABASE_URL'), max: 20 });

interface AgentRow {
  id: string;
  name: string;
  description: string;
  role: string;
  state: string;
  capabilities: string[];
  revision: number;
  createdAt: Date;
  atWork: number;
}

interface RunRow {
  agentId: string;
  id: string;
  kind: string;
  status: string;
  createdAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
}

async function listAgents({ first, runs }: ListVariables) {
  const { rows: found } = await pool.query<AgentRow>({
    name: 'agents',
    text: `SELECT "id", "name", "description", "role", "state", "capabilities", "revision", "createdAt",
                  (SELECT count(*)::int FROM "TaskExecution" e
                   WHERE e."agentId" = a."id" AND e."status" = ANY($3::"ExecutionStatus"[])) AS "atWork"
           FROM "Agent" a WHERE "organizationId" = $1 AND "archivedAt" IS NULL
           ORDER BY "createdAt" DESC, "id" DESC LIMIT $2`,
    values: [organizationId, first + 1, AT_WORK],
  });
  const agents = found.slice(0, first);
  const { rows } = await pool.query<RunRow>({
    name: 'runs',
    text: `SELECT run.* FROM unnest($1::text[]) AS agent("id") CROSS JOIN LATERAL (
             SELECT "agentId", "id", "kind", "status", "createdAt", "startedAt", "finishedAt" FROM "TaskExecution" e
             WHERE e."agentId" = agent."id" ORDER BY "createdAt" DESC, "id" DESC LIMIT $2) run`,
    values: [agents.map(({ id }) => id), runs],
  });
  const edges = new Map<string, { node: object }[]>(agents.map(({ id }) => [id, []]));
  for (const { agentId, id, kind, status, createdAt, startedAt, finishedAt } of rows)
    edges.get(agentId)!.push({
      node: { id: globalId('TaskExecution', id), kind, status, createdAt, startedAt, finishedAt },
    });
  return {
    edges: agents.map((agent) => ({
      node: {
        id: globalId('Agent', agent.id),
        name: agent.name,
        description: agent.description,
        role: agent.role,
        status: statusOf(agent.state, agent.atWork),
        capabilities: agent.capabilities,
        revision: agent.revision,
        createdAt: agent.createdAt,
        executions: { edges: edges.get(agent.id) },
      },
    })),
    pageInfo: { hasNextPage: found.length > first },
  };
}

const server = createServer((request, response) => {
  let body = '';
  request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
  request.on('end', () => {
    const { variables } = JSON.parse(body) as { variables: ListVariables };
    listAgents(variables).then(
      (agents) => {
        const text = JSON.stringify({ data: { agents } });
        response
          .writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
          .end(text);
      },
      (error: Error) => response.writeHead(500).end(error.message),
    );
  });
});
server.listen(0, '127.0.0.1', () => announce({ port: (server.address() as AddressInfo).port }));
