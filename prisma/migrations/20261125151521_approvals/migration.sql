-- CreateEnum
CREATE TYPE "UnansweredPolicy" AS ENUM ('WAIT', 'DENY', 'ESCALATE');

-- CreateEnum
CREATE TYPE "ApprovalScope" AS ENUM ('ONCE', 'RUN', 'PERMISSION');

-- AlterTable
ALTER TABLE "Approval" ADD COLUMN     "escalatedAt" TIMESTAMPTZ(3),
ADD COLUMN     "escalatesForMs" INTEGER,
ADD COLUMN     "rule" TEXT NOT NULL,
ADD COLUMN     "remember" "ApprovalScope" NOT NULL DEFAULT 'ONCE',
ADD COLUMN     "serverId" TEXT NOT NULL,
ADD COLUMN     "serverName" TEXT NOT NULL,
ADD COLUMN     "toolId" TEXT NOT NULL,
ALTER COLUMN "definitionHash" SET NOT NULL,
ALTER COLUMN "expiresAt" DROP NOT NULL;

-- AlterTable
ALTER TABLE "Task" ADD COLUMN     "answerWithinMinutes" INTEGER NOT NULL DEFAULT 1440,
ADD COLUMN     "onUnanswered" "UnansweredPolicy" NOT NULL DEFAULT 'DENY';

-- CreateIndex
CREATE INDEX "Approval_organizationId_createdAt_id_idx" ON "Approval"("organizationId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "Approval_agentId_createdAt_id_idx" ON "Approval"("agentId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "Approval_executionId_createdAt_id_idx" ON "Approval"("executionId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "Approval_status_expiresAt_idx" ON "Approval"("status", "expiresAt");

-- AddForeignKey
ALTER TABLE "Approval" ADD CONSTRAINT "Approval_organizationId_serverId_fkey" FOREIGN KEY ("organizationId", "serverId") REFERENCES "ServerConfiguration"("organizationId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Approval" ADD CONSTRAINT "Approval_organizationId_toolId_fkey" FOREIGN KEY ("organizationId", "toolId") REFERENCES "ToolDefinition"("organizationId", "id") ON DELETE CASCADE ON UPDATE CASCADE;
