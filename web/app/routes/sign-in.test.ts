// @vitest-environment node
import type { ActionFunctionArgs } from '@remix-run/node';
import { HttpResponse, graphql, http } from 'msw';
import { describe, expect, it } from 'vitest';
import { API, context, openScriptedApi } from '../../test/scripted-api.ts';
import { action } from './sign-in.tsx';

const server = openScriptedApi();

async function submit(fields: Record<string, string>) {
  const setCookies: string[] = [];
  const visit = { ...context, appendSetCookie: (cookie: string) => setCookies.push(cookie) };
  const request = new Request('http://studio.invalid/sign-in', {
    method: 'POST',
    body: new URLSearchParams(fields),
  });
  const result = await action({ request, context: visit, params: {} } as ActionFunctionArgs);
  return { result, setCookies };
}

const login = (authLogin: object, headers: [string, string][] = []) =>
  graphql.mutation('SignIn_Login', () => HttpResponse.json({ data: { authLogin } }, { headers }));

describe('signing in', () => {
  it('[AUTH-2] hands the cookies of the API to the browser and goes where the visitor wanted', async () => {
    const cookies = ['studio_access=a; HttpOnly', 'studio_refresh=r; HttpOnly'];
    server.use(
      login(
        { __typename: 'AuthLoginPayload', expiresAt: '2030-01-01T00:00:00.000Z' },
        cookies.map((cookie) => ['set-cookie', cookie]),
      ),
    );
    const { result, setCookies } = await submit({
      email: 'a@example.com',
      password: 'secret',
      next: '/agents?status=BUSY',
    });
    expect(result).toBeInstanceOf(Response);
    expect((result as Response).status).toBe(302);
    expect((result as Response).headers.get('location')).toBe('/agents?status=BUSY');
    expect(setCookies).toEqual(cookies);
  });

  it('[AUTH-2] does not leave the site after it', async () => {
    server.use(login({ __typename: 'AuthLoginPayload', expiresAt: '2030-01-01T00:00:00.000Z' }));
    const { result } = await submit({
      email: 'a@example.com',
      password: 'secret',
      next: 'https://evil.example/',
    });
    expect((result as Response).headers.get('location')).toBe('/');
  });

  it('[AUTH-2] says why it was refused and keeps the address, never the password', async () => {
    server.use(
      login({
        __typename: 'InvalidCredentialsError',
        code: 'INVALID_CREDENTIALS',
        message: 'The email or the password is wrong.',
        path: null,
      }),
    );
    const { result } = await submit({ email: 'a@example.com', password: 'secret' });
    expect(result).toMatchObject({
      data: { sent: { email: 'a@example.com' }, failure: { code: 'INVALID_CREDENTIALS' } },
      init: { status: 400 },
    });
    expect(JSON.stringify(result)).not.toContain('secret');
  });

  it('[WEB-5] tells that the API does not answer, with the id of the request', async () => {
    server.use(http.post(API, () => HttpResponse.error()));
    const { result } = await submit({ email: 'a@example.com', password: 'secret' });
    expect(result).toMatchObject({ data: { failure: { code: 'API_UNREACHABLE', requestId: 'request-1' } } });
  });
});
