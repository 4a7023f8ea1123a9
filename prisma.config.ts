import { defineConfig } from 'prisma/config';

// The Prisma CLI downloads a native schema engine when this variable names none, from a host that is often
// out of reach. `prisma generate` never runs that engine, and our migrations use the WebAssembly build of it
// (prisma/migrate.ts), so any file that exists will do.
process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= process.execPath;

export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  // `generate` needs no database; everything that does reads the same variable as the application.
  datasource: { url: process.env.DATABASE_URL ?? '' },
});
