-- AlterEnum
ALTER TYPE "ServerToolStatus" ADD VALUE 'INVALID';

-- AlterTable
ALTER TABLE "Organization" ADD COLUMN     "isOperator" BOOLEAN NOT NULL DEFAULT false;

-- AlterTable
ALTER TABLE "ServerConfiguration" ADD COLUMN     "isStateless" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "preset" TEXT,
ADD COLUMN     "presetParameters" JSONB NOT NULL DEFAULT '{}';

-- AlterTable
ALTER TABLE "ServerTool" ADD COLUMN     "statusReason" TEXT;

-- The first data makes the operator's organization, before anybody else can register one.
UPDATE "Organization" SET "isOperator" = true
WHERE "id" = (SELECT "id" FROM "Organization" ORDER BY "createdAt", "id" LIMIT 1);
