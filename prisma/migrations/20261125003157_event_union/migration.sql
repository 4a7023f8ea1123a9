-- AlterEnum
-- This migration adds more than one value to an enum.
-- With PostgreSQL versions 11 and earlier, this is not possible
-- in a single migration. This can be worked around by creating
-- multiple migrations, each migration adding only one value to
-- the enum.


ALTER TYPE "ExecutionEventType" ADD VALUE 'USER_MESSAGE_APPENDED';
ALTER TYPE "ExecutionEventType" ADD VALUE 'INPUT_REQUESTED';
ALTER TYPE "ExecutionEventType" ADD VALUE 'INPUT_RESOLVED';
ALTER TYPE "ExecutionEventType" ADD VALUE 'CONTEXT_COMPACTED';
ALTER TYPE "ExecutionEventType" ADD VALUE 'MODEL_SWITCHED';
ALTER TYPE "ExecutionEventType" ADD VALUE 'ARTIFACT_ADDED';

-- AlterTable
ALTER TABLE "TaskExecution" ADD COLUMN     "cacheReadTokens" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "cacheWriteTokens" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "reasoningTokens" INTEGER NOT NULL DEFAULT 0;
