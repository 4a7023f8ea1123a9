import type { GraphQLSchema } from 'graphql';
import { policies } from './ability.ts';
import { builder } from './graphql/builder.ts';
import './graphql/errors.ts';
import './domains/organization/organization.schema.ts';
import './domains/user/user.schema.ts';
import './domains/user/session.schema.ts';
import './domains/model/model.schema.ts';
import './domains/server/server.schema.ts';
import './domains/server/server-deletion.schema.ts';
import './domains/server/server-mutations.schema.ts';
import './domains/server/server-probe.schema.ts';
import './domains/agent/agent.schema.ts';
import './domains/agent/agent-mutations.schema.ts';
import './domains/agent/agent-revision.schema.ts';
import './domains/tool/tool.schema.ts';
import './domains/tool/server-tool.schema.ts';
import './domains/tool/tool-permission.schema.ts';
import './domains/task/task.schema.ts';
import './domains/task/task-mutations.schema.ts';
import './domains/execution/execution.schema.ts';
import './domains/execution/execution-mutations.schema.ts';
import './domains/execution/execution-subscriptions.schema.ts';
import './domains/execution-event/execution-event.schema.ts';
import './domains/execution-event/execution-event-connection.schema.ts';
import './domains/execution-event/execution-event-subscriptions.schema.ts';

/** The one schema, with every noun and its rules. Throws when a field has no rule. */
export const createSchema = (): GraphQLSchema => builder.toSchema({ policies });
