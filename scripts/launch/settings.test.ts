import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isLoopbackOnly, PROJECT_DIR, readSettings, urlOn } from './settings.ts';

describe('readSettings', () => {
  it('[START-6] has a default for everything', () => {
    const { settings, faults } = readSettings({});
    expect(faults).toEqual([]);
    expect(settings).toEqual({
      dataDir: join(PROJECT_DIR, '.studio'),
      webHost: '127.0.0.1',
      webPort: 3000,
      apiHost: '127.0.0.1',
      apiPort: 4000,
      workerCount: 1,
      adminEmail: 'admin@studio.local',
      adminPassword: undefined,
      databaseUrl: undefined,
      redisUrl: undefined,
      publicUrl: 'http://localhost:3000',
    });
  });

  it('[START-6] takes an empty variable for one that is not set', () => {
    const { settings, faults } = readSettings({ WEB_PORT: '', DATABASE_URL: ' ', STUDIO_ADMIN_PASSWORD: '' });
    expect(faults).toEqual([]);
    expect(settings.webPort).toBe(3000);
    expect(settings.databaseUrl).toBeUndefined();
  });

  it('[START-4] names every fault at once, the application’s included, each variable once', () => {
    const { faults } = readSettings({
      WEB_PORT: 'abc',
      API_PORT: '99999',
      WORKER_COUNT: '-1',
      STUDIO_ADMIN_EMAIL: 'nobody',
      STUDIO_ADMIN_PASSWORD: 'short',
      DATABASE_URL: 'mysql://host/db',
      REDIS_URL: 'http://host',
      STUDIO_ENCRYPTION_KEY: 'c2hvcnQ=',
      STUDIO_TRUSTED_PROXIES: 'proxy.test',
    });
    expect(faults.map((fault) => fault.split(' ')[0]).sort()).toEqual([
      'API_PORT',
      'DATABASE_URL',
      'REDIS_URL',
      'STUDIO_ADMIN_EMAIL',
      'STUDIO_ADMIN_PASSWORD',
      'STUDIO_ENCRYPTION_KEY',
      'STUDIO_TRUSTED_PROXIES',
      'WEB_PORT',
      'WORKER_COUNT',
    ]);
  });

  it('[START-4] never repeats a secret', () => {
    const { faults } = readSettings({
      STUDIO_ADMIN_PASSWORD: 'canary-1',
      STUDIO_ENCRYPTION_KEY: 'canary-2',
      DATABASE_URL: 'mysql://user:canary-3@host/db',
    });
    expect(faults).toHaveLength(3);
    expect(faults.join()).not.toContain('canary');
  });

  it('[START-4] wants two different ports', () => {
    expect(readSettings({ WEB_PORT: '4000' }).faults).toEqual([
      'API_PORT must differ from WEB_PORT; both are 4000.',
    ]);
  });

  it('[SRV-5] takes a studio for one that only this machine reaches by where it listens and what it is called', () => {
    const isLocal = (env: NodeJS.ProcessEnv) => isLoopbackOnly(readSettings(env).settings);
    expect(isLocal({})).toBe(true);
    expect(isLocal({ API_HOST: '127.0.0.1', WEB_HOST: '::1' })).toBe(true);
    expect(isLocal({ WEB_HOST: '0.0.0.0' })).toBe(false);
    expect(isLocal({ API_HOST: '192.168.0.9' })).toBe(false);
    expect(isLocal({ STUDIO_PUBLIC_URL: 'https://studio.test' })).toBe(false);
  });

  it('[START-6] reaches what listens on every interface by loopback', () => {
    expect(urlOn('0.0.0.0', 3000)).toBe('http://127.0.0.1:3000');
    expect(urlOn('::', 3000)).toBe('http://[::1]:3000');
    expect(urlOn('192.168.0.9', 3000)).toBe('http://192.168.0.9:3000');
  });
});
