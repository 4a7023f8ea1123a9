-- CreateTable
CREATE TABLE "ExecutionMonth" (
    "organizationId" TEXT NOT NULL,
    "month" DATE NOT NULL,
    "executions" INTEGER NOT NULL,

    CONSTRAINT "ExecutionMonth_pkey" PRIMARY KEY ("organizationId","month")
);

-- AddForeignKey
ALTER TABLE "ExecutionMonth" ADD CONSTRAINT "ExecutionMonth_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What has been started this month counts on.
INSERT INTO "ExecutionMonth" ("organizationId", "month", "executions")
SELECT "organizationId", date_trunc('month', now() AT TIME ZONE 'UTC')::date, count(*)
FROM "TaskExecution"
WHERE "createdAt" >= date_trunc('month', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'
GROUP BY "organizationId";
