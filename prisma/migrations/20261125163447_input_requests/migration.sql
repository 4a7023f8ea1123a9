-- CreateEnum
CREATE TYPE "InputRequestStatus" AS ENUM ('PENDING', 'ANSWERED', 'DECLINED', 'EXPIRED', 'CANCELLED');

-- CreateTable
CREATE TABLE "InputRequest" (
    "id" TEXT NOT NULL,
    "organizationId" TEXT NOT NULL,
    "executionId" TEXT NOT NULL,
    "agentId" TEXT NOT NULL,
    "callId" TEXT NOT NULL,
    "question" TEXT NOT NULL,
    "schema" JSONB NOT NULL,
    "status" "InputRequestStatus" NOT NULL DEFAULT 'PENDING',
    "answer" JSONB,
    "resolvedById" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3),
    "resolvedAt" TIMESTAMPTZ(3),

    CONSTRAINT "InputRequest_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "InputRequest_organizationId_createdAt_id_idx" ON "InputRequest"("organizationId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "InputRequest_organizationId_status_createdAt_id_idx" ON "InputRequest"("organizationId", "status", "createdAt", "id");

-- CreateIndex
CREATE INDEX "InputRequest_agentId_createdAt_id_idx" ON "InputRequest"("agentId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "InputRequest_executionId_createdAt_id_idx" ON "InputRequest"("executionId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "InputRequest_status_expiresAt_idx" ON "InputRequest"("status", "expiresAt");

-- CreateIndex
CREATE UNIQUE INDEX "InputRequest_organizationId_id_key" ON "InputRequest"("organizationId", "id");

-- CreateIndex
CREATE UNIQUE INDEX "InputRequest_executionId_callId_key" ON "InputRequest"("executionId", "callId");

-- AddForeignKey
ALTER TABLE "InputRequest" ADD CONSTRAINT "InputRequest_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "InputRequest" ADD CONSTRAINT "InputRequest_organizationId_executionId_fkey" FOREIGN KEY ("organizationId", "executionId") REFERENCES "TaskExecution"("organizationId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "InputRequest" ADD CONSTRAINT "InputRequest_organizationId_agentId_fkey" FOREIGN KEY ("organizationId", "agentId") REFERENCES "Agent"("organizationId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "InputRequest" ADD CONSTRAINT "InputRequest_organizationId_resolvedById_fkey" FOREIGN KEY ("organizationId", "resolvedById") REFERENCES "User"("organizationId", "id") ON DELETE RESTRICT ON UPDATE CASCADE;
