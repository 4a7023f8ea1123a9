-- CreateTable
CREATE TABLE "ExecutionFollowUp" (
    "executionId" TEXT NOT NULL,
    "organizationId" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ExecutionFollowUp_pkey" PRIMARY KEY ("executionId","kind")
);

-- CreateIndex
CREATE INDEX "ExecutionFollowUp_createdAt_idx" ON "ExecutionFollowUp"("createdAt");

-- AddForeignKey
ALTER TABLE "ExecutionFollowUp" ADD CONSTRAINT "ExecutionFollowUp_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ExecutionFollowUp" ADD CONSTRAINT "ExecutionFollowUp_organizationId_executionId_fkey" FOREIGN KEY ("organizationId", "executionId") REFERENCES "TaskExecution"("organizationId", "id") ON DELETE CASCADE ON UPDATE CASCADE;
