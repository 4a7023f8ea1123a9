import type { Tenant, TenantSize } from '../data/tenant.ts';
import { type Child, startProgram } from './child.ts';
import { type Stores } from './stores.ts';
import { addTenant, startStudio, type Studio } from './studio.ts';

/** What the lines stand on. What a line starts is ended with it; stores and studio stay for the next. */
export interface Bench {
  stores: Stores;
  seconds: number;
  /** Of the data sets that grow. */
  rows: number;
  studio(): Promise<Studio>;
  /** An organization of this name and size; filled once. */
  tenant(name: string, size: TenantSize): Promise<Tenant>;
  /** A program of the bench; with the addresses of the stores. */
  start(program: string, settings?: Record<string, string>): Promise<Child>;
}

export interface OpenBench extends Bench {
  /** Ends what was started since the last time. */
  endPrograms(): Promise<void>;
  close(): Promise<void>;
}

export function openBench(options: { stores: Stores; seconds: number; rows: number }): OpenBench {
  const { stores } = options;
  let studio: Promise<Studio> | undefined;
  const tenants = new Map<string, Promise<Tenant>>();
  const programs: Child[] = [];
  const endPrograms = async () => {
    await Promise.all(programs.splice(0).map((program) => program.stop()));
  };
  return {
    ...options,
    studio: () => (studio ??= startStudio(stores)),
    tenant(name, size) {
      let tenant = tenants.get(name);
      if (!tenant) tenants.set(name, (tenant = addTenant(stores, { name, ...size })));
      return tenant;
    },
    async start(program, settings = {}) {
      const child = await startProgram(program, {
        DATABASE_URL: stores.databaseUrl,
        REDIS_URL: stores.redisUrl,
        ...settings,
      });
      programs.push(child);
      return child;
    },
    endPrograms,
    async close() {
      await endPrograms();
      await (await studio)?.stop();
    },
  };
}
