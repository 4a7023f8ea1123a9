-- CreateIndex
CREATE INDEX "TaskExecution_serverId_createdAt_id_idx" ON "TaskExecution"("serverId", "createdAt", "id");
