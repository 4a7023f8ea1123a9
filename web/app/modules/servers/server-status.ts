import type { StatusLook } from '#app/components/ui/status.tsx';
import type { ServerProtocol, ServerStatus, ServerToolStatus } from '#app/gql/servers.ts';
import { sentenceCase } from '#app/lib/format.ts';

const SERVER_STATUSES: Record<ServerStatus, StatusLook> = {
  ONLINE: { label: 'Online', tone: 'success', icon: 'check' },
  DEGRADED: { label: 'Degraded', tone: 'warning', icon: 'warning' },
  OFFLINE: { label: 'Offline', tone: 'danger', icon: 'cross' },
  UNKNOWN: { label: 'Not probed yet', tone: 'neutral', icon: 'question' },
  MAINTENANCE: { label: 'Maintenance', tone: 'warning', icon: 'pause' },
};

export const serverStatusLook = (status: ServerStatus | null): StatusLook =>
  SERVER_STATUSES[status ?? 'UNKNOWN'];

export const PROTOCOLS: Record<ServerProtocol, { label: string; hint: string }> = {
  MCP: {
    label: 'MCP server',
    hint: 'Offers tools. The studio runs the model and calls them. Give a URL or a program.',
  },
  AGENT_HOST: { label: 'Agent host', hint: 'Runs prompts itself and streams back what happens.' },
  ACP: {
    label: 'Coding agent (ACP)',
    hint: 'Claude Code, Codex, Gemini CLI and others, started by a command.',
  },
  SIMULATION: { label: 'Simulation', hint: 'Nothing outside the studio is called. For trying things out.' },
};

export const toolStatusLook = (status: ServerToolStatus | null): StatusLook => {
  switch (status) {
    case 'AVAILABLE':
    case 'INSTALLED':
      return { label: sentenceCase(status), tone: 'success', icon: 'check' };
    case 'DRIFTED':
      return { label: 'Changed, held', tone: 'warning', icon: 'warning' };
    case 'INVALID':
      return { label: 'Invalid definition', tone: 'danger', icon: 'cross' };
    case 'FAILED':
      return { label: 'Failed', tone: 'danger', icon: 'cross' };
    case 'INSTALLING':
    case 'REMOVING':
      return { label: sentenceCase(status), tone: 'info', icon: 'refresh', isLive: true };
    case 'MISSING':
    case 'NOT_INSTALLED':
      return { label: sentenceCase(status), tone: 'neutral', icon: 'minus' };
    case null:
      return { label: 'Unknown', tone: 'neutral', icon: 'question' };
  }
};

interface Address {
  url: string | null;
  command: string | null;
  args: string[] | null;
  preset: { name: string; title: string | null } | null;
}

/** Where the connection goes, in one line. */
export const addressOf = ({ url, command, args, preset }: Address): string | null =>
  url ??
  (preset ? (preset.title ?? preset.name) : command === null ? null : [command, ...(args ?? [])].join(' '));

interface Isolation {
  hasLimits: boolean;
  network: 'NONE' | 'OPEN';
  fileSystem: 'PRIVATE' | 'SHARED';
  user: 'NAMESPACE' | 'SAME';
}

/** What the program of a server is kept from, in one line; what does not hold is said too. */
export const isolationInWords = ({ hasLimits, network, fileSystem, user }: Isolation): string =>
  [
    'Own variables only',
    network === 'NONE' ? 'no network' : 'open network',
    fileSystem === 'PRIVATE' ? 'own files' : 'all files of the studio',
    user === 'NAMESPACE' ? 'own namespace' : 'same user as the studio',
    hasLimits ? 'limited memory' : 'no limits',
  ].join(', ');
