-- AlterEnum
-- This migration adds more than one value to an enum.
-- With PostgreSQL versions 11 and earlier, this is not possible
-- in a single migration. This can be worked around by creating
-- multiple migrations, each migration adding only one value to
-- the enum.


ALTER TYPE "ExecutionStatus" ADD VALUE 'WAITING_INPUT';
ALTER TYPE "ExecutionStatus" ADD VALUE 'WAITING_RETRY';

-- AlterEnum
-- This migration adds more than one value to an enum.
-- With PostgreSQL versions 11 and earlier, this is not possible
-- in a single migration. This can be worked around by creating
-- multiple migrations, each migration adding only one value to
-- the enum.


ALTER TYPE "FailureReason" ADD VALUE 'CONTEXT_OVERFLOW';
ALTER TYPE "FailureReason" ADD VALUE 'MODEL_REFUSED';

-- AlterTable
ALTER TABLE "TaskExecution" ADD COLUMN     "activeMs" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "resumedAt" TIMESTAMPTZ(3),
ADD COLUMN     "wakeAt" TIMESTAMPTZ(3);

-- CreateIndex
CREATE INDEX "TaskExecution_wakeAt_idx" ON "TaskExecution"("wakeAt");
