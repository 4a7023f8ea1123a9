import type { AppLoadContext } from '@remix-run/node';
import { setupServer } from 'msw/node';
import { afterAll, afterEach, beforeAll } from 'vitest';

/** Where loaders and actions under test send their operations: nothing listens there but the scripted API. */
export const API = 'http://api.invalid/graphql';

export const context: AppLoadContext = {
  apiUrl: API,
  cspNonce: '',
  requestId: 'request-1',
  clientAddress: null,
  appendSetCookie: () => undefined,
};

/** An API that answers what the tests of this file tell it to; anything else that is sent fails them. */
export function openScriptedApi() {
  const api = setupServer();
  beforeAll(() => api.listen({ onUnhandledRequest: 'error' }));
  afterEach(() => api.resetHandlers());
  afterAll(() => api.close());
  return api;
}
