import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findRunningStudio, lockDataFolder, openSecrets, saveSecrets } from './data-folder.ts';

const URL = 'http://localhost:3000';
let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'studio-data-'));
});
afterEach(() => rm(dataDir, { recursive: true }));

describe('lockDataFolder', () => {
  it('[START-4] tells a second start where the first one is', async () => {
    const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', 'start.mjs'], {
      stdio: 'ignore',
    });
    try {
      await once(other, 'spawn');
      await writeFile(join(dataDir, 'launcher.lock'), JSON.stringify({ pid: other.pid, url: URL }));
      expect(await findRunningStudio(dataDir)).toBe(URL);
      await expect(lockDataFolder(dataDir, 'http://localhost:3100')).rejects.toThrow(URL);
    } finally {
      other.kill('SIGKILL');
    }
  });

  it('[START-3] takes over from a launcher that was killed', async () => {
    const gone = spawn(process.execPath, ['-e', '0', 'start.mjs'], { stdio: 'ignore' });
    await once(gone, 'exit');
    await writeFile(join(dataDir, 'launcher.lock'), JSON.stringify({ pid: gone.pid, url: URL }));
    expect(await findRunningStudio(dataDir)).toBeUndefined();
    const release = await lockDataFolder(dataDir, URL);
    expect(JSON.parse(await readFile(join(dataDir, 'launcher.lock'), 'utf8'))).toEqual({
      pid: process.pid,
      url: URL,
    });
    await release();
    expect(await readdir(dataDir)).toEqual([]);
  });

  it('[START-4] says which variable to change when the folder cannot be used', async () => {
    await writeFile(join(dataDir, 'file'), '');
    await expect(lockDataFolder(join(dataDir, 'file', 'below'), URL)).rejects.toThrow('STUDIO_DATA_DIR');
    expect(await findRunningStudio(join(dataDir, 'file', 'below'))).toBeUndefined();
  });
});

describe('openSecrets', () => {
  it('[START-3] generates secrets once, readable by their owner alone', async () => {
    const secrets = await openSecrets(dataDir);
    expect(Buffer.from(secrets.STUDIO_ENCRYPTION_KEY, 'base64')).toHaveLength(32);
    expect((await stat(join(dataDir, 'secrets.json'))).mode & 0o777).toBe(0o600);
    await saveSecrets(dataDir, { ...secrets, postgresPort: 4711 });
    expect(await openSecrets(dataDir)).toEqual({ ...secrets, postgresPort: 4711 });
    expect((await stat(join(dataDir, 'secrets.json'))).mode & 0o777).toBe(0o600);
  });

  it('never replaces a damaged file: the key in it may still be saved', async () => {
    await writeFile(join(dataDir, 'secrets.json'), '{ "STUDIO_ENC');
    await expect(openSecrets(dataDir)).rejects.toThrow('Restore it from a backup');
    expect(await readFile(join(dataDir, 'secrets.json'), 'utf8')).toBe('{ "STUDIO_ENC');
  });
});
