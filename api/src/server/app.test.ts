import { describe, expect, it } from 'vitest';
import { openTestApp } from '../../test/setup/app.ts';
import { openTestMachine } from '../../test/setup/machine.ts';

const { post, url } = await openTestApp(await openTestMachine({ STUDIO_PUBLIC_URL: 'https://studio.test' }));

describe('an API whose public URL is https', () => {
  it('[AUTH-2] tells browsers to come by TLS alone', async () => {
    const answers = [
      await post(null, '{ viewer { id } }'),
      await fetch(`${url}/health`),
      await fetch(`${url}/nothing`),
    ];
    for (const { headers } of answers)
      expect(headers.get('strict-transport-security')).toBe('max-age=31536000');
  });
});
