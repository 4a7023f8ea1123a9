-- CreateTable
CREATE TABLE "ServerCredential" (
    "id" TEXT NOT NULL,
    "organizationId" TEXT NOT NULL,
    "serverId" TEXT NOT NULL,
    "userId" TEXT,
    "sealed" TEXT NOT NULL,
    "hint" TEXT,
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "ServerCredential_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "ServerCredential_organizationId_userId_idx" ON "ServerCredential"("organizationId", "userId");

-- CreateIndex
CREATE UNIQUE INDEX "ServerCredential_organizationId_id_key" ON "ServerCredential"("organizationId", "id");

-- CreateIndex
CREATE UNIQUE INDEX "ServerCredential_serverId_userId_key" ON "ServerCredential"("serverId", "userId") NULLS NOT DISTINCT;

-- AddForeignKey
ALTER TABLE "ServerCredential" ADD CONSTRAINT "ServerCredential_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ServerCredential" ADD CONSTRAINT "ServerCredential_organizationId_serverId_fkey" FOREIGN KEY ("organizationId", "serverId") REFERENCES "ServerConfiguration"("organizationId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ServerCredential" ADD CONSTRAINT "ServerCredential_organizationId_userId_fkey" FOREIGN KEY ("organizationId", "userId") REFERENCES "User"("organizationId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What was entered so far is shared. It stays sealed as it is: it is bound to its server, not to the row that holds it.
INSERT INTO "ServerCredential" ("id", "organizationId", "serverId", "sealed", "hint", "version", "createdAt", "updatedAt")
SELECT gen_random_uuid(), "organizationId", "id", "credentials", "credentialsHint", "credentialsVersion", "createdAt", "updatedAt"
FROM "ServerConfiguration" WHERE "credentials" IS NOT NULL;

-- AlterTable
ALTER TABLE "ServerConfiguration" DROP COLUMN "credentials",
DROP COLUMN "credentialsHint",
DROP COLUMN "credentialsVersion";
