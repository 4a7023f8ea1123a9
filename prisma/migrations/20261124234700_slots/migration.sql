-- AlterTable
ALTER TABLE "TaskExecution" ADD COLUMN     "agentSlot" INTEGER,
ADD COLUMN     "organizationSlot" INTEGER;

-- CreateIndex
CREATE INDEX "TaskExecution_agentId_status_createdAt_id_idx" ON "TaskExecution"("agentId", "status", "createdAt", "id");

-- CreateIndex
CREATE UNIQUE INDEX "TaskExecution_agentId_agentSlot_key" ON "TaskExecution"("agentId", "agentSlot");

-- CreateIndex
CREATE UNIQUE INDEX "TaskExecution_organizationId_organizationSlot_key" ON "TaskExecution"("organizationId", "organizationSlot");

-- Runs that are under way keep the place that they have.
UPDATE "TaskExecution" SET "agentSlot" = held."ofAgent", "organizationSlot" = held."ofOrganization"
FROM (
  SELECT "id", row_number() OVER (PARTITION BY "agentId" ORDER BY "id") AS "ofAgent",
         row_number() OVER (PARTITION BY "organizationId" ORDER BY "id") AS "ofOrganization"
  FROM "TaskExecution" WHERE "status" = 'RUNNING'
) held
WHERE held."id" = "TaskExecution"."id";
