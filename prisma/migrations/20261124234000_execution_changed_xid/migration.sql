-- AlterTable
ALTER TABLE "TaskExecution" ADD COLUMN     "changedXid" BIGINT NOT NULL DEFAULT ((pg_current_xact_id())::text)::bigint;

-- CreateIndex
CREATE INDEX "TaskExecution_organizationId_changedXid_id_idx" ON "TaskExecution"("organizationId", "changedXid", "id");
