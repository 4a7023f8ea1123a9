/** Global ids are base64 and may hold `=` and `/`. */
const segment = encodeURIComponent;

/** From the root of the dashboard. */
export type Path = `/${string}`;

export const pathTo = {
  agent: (id: string): Path => `/agents/${segment(id)}`,
  agentEdit: (id: string): Path => `/agents/${segment(id)}/edit`,
  agentPermission: (id: string, serverToolId: string): Path =>
    `/agents/${segment(id)}/tools/${segment(serverToolId)}`,
  approval: (id: string): Path => `/approvals/${segment(id)}`,
  execution: (id: string): Path => `/executions/${segment(id)}`,
  modelProviders: '/settings/model-providers' as Path,
  modelProviderEdit: (id: string): Path => `/settings/model-providers/${segment(id)}/edit`,
  server: (id: string): Path => `/servers/${segment(id)}`,
  serverEdit: (id: string): Path => `/servers/${segment(id)}/edit`,
  task: (id: string): Path => `/tasks/${segment(id)}`,
  taskEdit: (id: string): Path => `/tasks/${segment(id)}/edit`,
  signIn: (next: string): Path => (next === '/' ? '/sign-in' : `/sign-in?next=${segment(next)}`),
  /** For somebody whose session has ended: the page says so. */
  signInAgain: (next: string): Path => `/sign-in?ended&next=${segment(next)}`,
};
