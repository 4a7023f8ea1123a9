/** Global ids are base64 and may hold `=` and `/`. */
const segment = encodeURIComponent;

export const pathTo = {
  agent: (id: string) => `/agents/${segment(id)}`,
  agentEdit: (id: string) => `/agents/${segment(id)}/edit`,
  execution: (id: string) => `/executions/${segment(id)}`,
  modelProviders: '/settings/model-providers',
  modelProviderEdit: (id: string) => `/settings/model-providers/${segment(id)}/edit`,
  server: (id: string) => `/servers/${segment(id)}`,
  serverEdit: (id: string) => `/servers/${segment(id)}/edit`,
  task: (id: string) => `/tasks/${segment(id)}`,
  taskEdit: (id: string) => `/tasks/${segment(id)}/edit`,
  signIn: (next: string) => (next === '/' ? '/sign-in' : `/sign-in?next=${segment(next)}`),
  /** For somebody whose session has ended: the page says so. */
  signInAgain: (next: string) => `/sign-in?ended&next=${segment(next)}`,
};
