-- CreateIndex
CREATE INDEX "Agent_organizationId_state_id_idx" ON "Agent"("organizationId", "state", "id");

-- CreateIndex
CREATE INDEX "AgentRevision_agentId_createdAt_idx" ON "AgentRevision"("agentId", "createdAt");

-- New entries of a GIN index wait in a list that every search reads. Names are rarely written and often searched; of runs and
-- audit entries no more wait than a search reads in passing (kB).
ALTER INDEX "Agent_organizationId_name_idx" SET (fastupdate = off);
ALTER INDEX "ModelProvider_organizationId_name_idx" SET (fastupdate = off);
ALTER INDEX "ServerConfiguration_organizationId_name_idx" SET (fastupdate = off);
ALTER INDEX "Task_organizationId_title_idx" SET (fastupdate = off);
ALTER INDEX "ToolDefinition_organizationId_name_idx" SET (fastupdate = off);
ALTER INDEX "User_organizationId_name_idx" SET (fastupdate = off);
ALTER INDEX "AuditEntry_organizationId_action_targetType_idx" SET (gin_pending_list_limit = 256);
ALTER INDEX "ExecutionSearchText_organizationId_text_idx" SET (gin_pending_list_limit = 256);
