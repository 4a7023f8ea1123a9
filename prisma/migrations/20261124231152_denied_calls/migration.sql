-- AlterTable
ALTER TABLE "TaskExecution" ADD COLUMN     "deniedCallCount" INTEGER NOT NULL DEFAULT 0;
