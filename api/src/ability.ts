import { executionPolicy } from './domains/execution/execution.policy.ts';
import { executionEventPolicy } from './domains/execution-event/execution-event.policy.ts';
import { approvalPolicy } from './domains/approval/approval.policy.ts';
import { auditPolicy } from './domains/audit/audit.policy.ts';
import { inputRequestPolicy } from './domains/input-request/input-request.policy.ts';
import { agentPolicy, agentRevisionPolicy } from './domains/agent/agent.policy.ts';
import { modelProviderPolicy } from './domains/model/model.policy.ts';
import { organizationPolicy } from './domains/organization/organization.policy.ts';
import type { Policy } from './domains/policy.ts';
import { serverPolicy } from './domains/server/server.policy.ts';
import { serverToolPolicy, toolDefinitionPolicy, toolPermissionPolicy } from './domains/tool/tool.policy.ts';
import { taskPolicy } from './domains/task/task.policy.ts';
import { sessionPolicy, userPolicy } from './domains/user/user.policy.ts';

/** Every policy of the studio; what is not here does not exist for anybody. */
export const policies: readonly Policy[] = [
  organizationPolicy,
  userPolicy,
  sessionPolicy,
  modelProviderPolicy,
  serverPolicy,
  agentPolicy,
  agentRevisionPolicy,
  toolDefinitionPolicy,
  serverToolPolicy,
  toolPermissionPolicy,
  taskPolicy,
  executionPolicy,
  executionEventPolicy,
  approvalPolicy,
  inputRequestPolicy,
  auditPolicy,
];
