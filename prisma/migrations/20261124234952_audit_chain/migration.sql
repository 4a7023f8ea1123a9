-- AlterTable
ALTER TABLE "AuditEntry" DROP COLUMN "actorName",
DROP COLUMN "actorType",
ADD COLUMN     "via" TEXT,
ADD COLUMN     "viaId" TEXT,
ALTER COLUMN "changes" SET DEFAULT '[]',
ALTER COLUMN "occurredAt" DROP DEFAULT;

-- CreateTable
CREATE TABLE "AuditHead" (
    "organizationId" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "hash" TEXT NOT NULL,

    CONSTRAINT "AuditHead_pkey" PRIMARY KEY ("organizationId")
);

-- CreateIndex
CREATE INDEX "AuditEntry_organizationId_actorId_idx" ON "AuditEntry"("organizationId", "actorId");

-- AddForeignKey
ALTER TABLE "AuditEntry" ADD CONSTRAINT "AuditEntry_organizationId_actorId_fkey" FOREIGN KEY ("organizationId", "actorId") REFERENCES "User"("organizationId", "id") ON DELETE NO ACTION ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "AuditHead" ADD CONSTRAINT "AuditHead_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE CASCADE ON UPDATE CASCADE;
