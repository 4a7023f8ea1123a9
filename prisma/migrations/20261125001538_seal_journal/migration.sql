-- AlterTable
ALTER TABLE "ExecutionStep" ADD COLUMN     "sealedRecord" TEXT;
