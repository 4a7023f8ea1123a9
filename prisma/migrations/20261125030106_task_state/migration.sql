-- CreateEnum
CREATE TYPE "TaskState" AS ENUM ('DRAFT', 'ACTIVE', 'PAUSED');

-- AlterTable
ALTER TABLE "Task" ADD COLUMN     "state" "TaskState" NOT NULL DEFAULT 'ACTIVE';

-- What a person had set stays; the rest follows from the runs.
UPDATE "Task" SET "state" = CASE WHEN "status" = 'DRAFT' THEN 'DRAFT' ELSE 'PAUSED' END::"TaskState"
WHERE "status" = 'DRAFT' OR "pausedAt" IS NOT NULL;

-- AlterTable
ALTER TABLE "Task" DROP COLUMN "pausedAt",
DROP COLUMN "status";

-- DropEnum
DROP TYPE "TaskStatus";

-- CreateView: one step down the index of the runs of a task, however many there are.
CREATE VIEW "TaskLastRun" AS
SELECT task."id" AS "taskId", run."status"
FROM "Task" task
CROSS JOIN LATERAL (
  SELECT "status" FROM "TaskExecution"
  WHERE "taskId" = task."id" AND "status" <> 'SKIPPED'
  ORDER BY "createdAt" DESC, "id" DESC LIMIT 1
) run;
