-- Conditions on a text are answered by trigrams, those of one organization by one index. Both come with PostgreSQL, and the
-- owner of a database may create them.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS btree_gin;

-- DropIndex
DROP INDEX "Agent_serverId_idx";

-- DropIndex
DROP INDEX "AuditEntry_organizationId_actorId_idx";

-- DropIndex
DROP INDEX "Task_agentId_idx";

-- CreateTable
CREATE TABLE "ExecutionSearchText" (
    "organizationId" TEXT NOT NULL,
    "executionId" TEXT NOT NULL,
    "text" TEXT NOT NULL,

    CONSTRAINT "ExecutionSearchText_pkey" PRIMARY KEY ("organizationId","executionId")
);

-- CreateIndex
CREATE INDEX "ExecutionSearchText_organizationId_text_idx" ON "ExecutionSearchText" USING GIN ("organizationId" varchar_ops, "text" gin_trgm_ops);

-- CreateIndex
CREATE INDEX "Agent_organizationId_role_id_idx" ON "Agent"("organizationId", "role", "id");

-- CreateIndex
CREATE INDEX "Agent_organizationId_serverId_id_idx" ON "Agent"("organizationId", "serverId", "id");

-- CreateIndex
CREATE INDEX "Agent_organizationId_name_idx" ON "Agent" USING GIN ("organizationId" varchar_ops, "name" gin_trgm_ops);

-- CreateIndex
CREATE INDEX "AuditEntry_organizationId_actorId_number_idx" ON "AuditEntry"("organizationId", "actorId", "number");

-- CreateIndex
CREATE INDEX "AuditEntry_organizationId_action_targetType_idx" ON "AuditEntry" USING GIN ("organizationId" varchar_ops, "action" gin_trgm_ops, "targetType" gin_trgm_ops);

-- CreateIndex
CREATE INDEX "ModelProvider_organizationId_name_id_idx" ON "ModelProvider"("organizationId", "name", "id");

-- CreateIndex
CREATE INDEX "ModelProvider_organizationId_kind_createdAt_id_idx" ON "ModelProvider"("organizationId", "kind", "createdAt", "id");

-- CreateIndex
CREATE INDEX "ModelProvider_organizationId_name_idx" ON "ModelProvider" USING GIN ("organizationId" varchar_ops, "name" gin_trgm_ops);

-- CreateIndex
CREATE INDEX "ServerConfiguration_organizationId_protocol_createdAt_id_idx" ON "ServerConfiguration"("organizationId", "protocol", "createdAt", "id");

-- CreateIndex
CREATE INDEX "ServerConfiguration_organizationId_status_createdAt_id_idx" ON "ServerConfiguration"("organizationId", "status", "createdAt", "id");

-- CreateIndex
CREATE INDEX "ServerConfiguration_organizationId_name_idx" ON "ServerConfiguration" USING GIN ("organizationId" varchar_ops, "name" gin_trgm_ops);

-- CreateIndex
CREATE INDEX "ServerTool_organizationId_serverId_createdAt_id_idx" ON "ServerTool"("organizationId", "serverId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "ServerTool_organizationId_status_createdAt_id_idx" ON "ServerTool"("organizationId", "status", "createdAt", "id");

-- CreateIndex
CREATE INDEX "Task_organizationId_mode_createdAt_id_idx" ON "Task"("organizationId", "mode", "createdAt", "id");

-- CreateIndex
CREATE INDEX "Task_organizationId_agentId_createdAt_id_idx" ON "Task"("organizationId", "agentId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "Task_organizationId_title_idx" ON "Task" USING GIN ("organizationId" varchar_ops, "title" gin_trgm_ops);

-- CreateIndex
CREATE INDEX "TaskExecution_organizationId_kind_createdAt_id_idx" ON "TaskExecution"("organizationId", "kind", "createdAt", "id");

-- CreateIndex
CREATE INDEX "ToolDefinition_organizationId_createdAt_id_idx" ON "ToolDefinition"("organizationId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "ToolDefinition_organizationId_kind_createdAt_id_idx" ON "ToolDefinition"("organizationId", "kind", "createdAt", "id");

-- CreateIndex
CREATE INDEX "ToolDefinition_organizationId_serverId_createdAt_id_idx" ON "ToolDefinition"("organizationId", "serverId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "ToolDefinition_organizationId_name_idx" ON "ToolDefinition" USING GIN ("organizationId" varchar_ops, "name" gin_trgm_ops);

-- CreateIndex
CREATE INDEX "User_organizationId_name_id_idx" ON "User"("organizationId", "name", "id");

-- CreateIndex
CREATE INDEX "User_organizationId_role_createdAt_id_idx" ON "User"("organizationId", "role", "createdAt", "id");

-- CreateIndex
CREATE INDEX "User_organizationId_name_idx" ON "User" USING GIN ("organizationId" varchar_ops, "name" gin_trgm_ops);

-- AddForeignKey
ALTER TABLE "ExecutionSearchText" ADD CONSTRAINT "ExecutionSearchText_organizationId_executionId_fkey" FOREIGN KEY ("organizationId", "executionId") REFERENCES "TaskExecution"("organizationId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What runs are found by follows from the run: whoever accepts one has nothing to remember.
CREATE FUNCTION "ExecutionSearchText_write"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO "ExecutionSearchText" ("organizationId", "executionId", "text")
  SELECT "organizationId", "id", left("prompt", 1000) FROM added;
  RETURN NULL;
END $$;

CREATE TRIGGER "TaskExecution_search_text" AFTER INSERT ON "TaskExecution"
REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION "ExecutionSearchText_write"();

INSERT INTO "ExecutionSearchText" ("organizationId", "executionId", "text")
SELECT "organizationId", "id", left("prompt", 1000) FROM "TaskExecution";
